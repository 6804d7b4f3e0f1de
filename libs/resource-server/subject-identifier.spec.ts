import { parseSubject } from './subject-identifier.js';

const email = { format: 'email', email: 'ada@example.com' };
const issSub = { format: 'iss_sub', iss: 'https://a.example', sub: '1' };

describe('a subject identifier (RFC 9493)', () => {
  it.each<[string, Record<string, unknown>]>([
    ['iss_sub', issSub],
    ['email', email],
    ['opaque', { format: 'opaque', id: 'x' }],
    ['phone_number', { format: 'phone_number', phone_number: '+12065550100' }],
    ['account', { format: 'account', uri: 'acct:ada@example.com' }],
    ['uri', { format: 'uri', uri: 'urn:uuid:4e851e98' }],
    ['did', { format: 'did', url: 'did:example:123' }],
    ['jwt_id', { format: 'jwt_id', iss: 'https://a.example', jti: 'j' }],
    ['saml_assertion_id', { format: 'saml_assertion_id', issuer: 'i', assertion_id: 'a' }],
    ['aliases', { format: 'aliases', identifiers: [email, issSub] }],
  ])('of the format %s is read as it is', (_, value) => {
    expect(parseSubject(value)).toEqual(value);
  });

  it('that is complex has its sides', () => {
    const value = { format: 'complex', user: issSub, device: { format: 'opaque', id: 'd' } };
    expect(parseSubject(value)).toEqual({
      format: 'complex',
      members: { user: issSub, device: value.device },
    });
  });

  it('of a format that nobody here knows is kept by its name', () => {
    expect(parseSubject({ format: 'ip', ip: '::1' })).toEqual({ format: 'unknown', name: 'ip' });
    expect(parseSubject({ format: 'toString' })).toEqual({ format: 'unknown', name: 'toString' });
  });

  it('loses the members that its format does not know', () => {
    expect(parseSubject({ ...email, display: 'Ada' })).toEqual(email);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'ada@example.com'],
    ['a list', [email]],
    ['no format', { email: 'ada@example.com' }],
    ['an email without an at sign', { format: 'email', email: 'ada' }],
    ['iss_sub without iss', { format: 'iss_sub', sub: '1' }],
    ['an empty sub', { ...issSub, sub: '' }],
    ['an id that is no text', { format: 'opaque', id: 7 }],
    ['a phone number that is not E.164', { format: 'phone_number', phone_number: '0206555' }],
    ['an account without acct', { format: 'account', uri: 'ada@example.com' }],
    ['no aliases', { format: 'aliases', identifiers: [] }],
    ['aliases of aliases', { format: 'aliases', identifiers: [{ format: 'aliases', identifiers: [email] }] }],
    ['a malformed alias', { format: 'aliases', identifiers: [email, { format: 'email' }] }],
    ['a complex one without sides', { format: 'complex' }],
    ['a complex one with a malformed side', { format: 'complex', user: 'ada' }],
    ['complex in complex', { format: 'complex', user: { format: 'complex', user: email } }],
  ])('that is %s is none', (_, value) => {
    expect(parseSubject(value)).toBeUndefined();
  });
});
