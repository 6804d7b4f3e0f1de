import { clientOf, endpointOf, presentedIn } from './oauth-request.js';

const form = (members: Record<string, string>) => new URLSearchParams(members);
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('an OAuth request', () => {
  it('names its client by Basic, which is form-encoded, before the body', () => {
    expect(clientOf(form({ client_id: 'body' }), basic('a%3Ab:secret'))).toBe('a:b');
  });

  it('names its client in the body, or as the subject of its assertion', () => {
    expect(clientOf(form({ client_id: 'body' }), undefined)).toBe('body');
    const assertion = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"signed"}')}.x`;
    expect(clientOf(form({ client_assertion: assertion }), undefined)).toBe('signed');
  });

  it('has no client when what it sends cannot be read', () => {
    expect(clientOf(form({ client_assertion: 'nonsense' }), undefined)).toBeUndefined();
    expect(clientOf(form({}), basic('%E0%A4%A:x'))).toBeUndefined();
    expect(clientOf(form({}), 'Basic')).toBeUndefined();
  });

  it('is told apart by its path', () => {
    expect(endpointOf('/token')).toBe('token');
    expect(endpointOf('/api/profile')).toBe('api');
    expect(endpointOf('/interaction/x')).toBeUndefined();
  });

  it('presents a code or token at the token endpoint, and a token elsewhere', () => {
    expect(presentedIn('token', form({ code: 'c' }))).toEqual({ kind: 'authorization_code', value: 'c' });
    expect(presentedIn('token', form({ token: 't' }))).toBeUndefined();
    expect(presentedIn('revocation', form({ token: 't' }))).toEqual({ kind: 'token', value: 't' });
  });
});
