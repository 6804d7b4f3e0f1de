import { parseProfile, type ProfileInput } from './profile-schema.js';
import { github } from './profiles/github.js';
import { google } from './profiles/google.js';
import { microsoft } from './profiles/microsoft.js';
import { sandbox } from './profiles/sandbox.js';
import { slack } from './profiles/slack.js';

/** Pointers of the faults that a change to a good profile brings. */
function faults(change: Record<string, unknown>, profile: ProfileInput = google): string[] {
  const read = parseProfile({ ...profile, ...change });
  return read.ok ? [] : read.faults.map(({ pointer }) => pointer);
}
const rotation = (mode: string, rest: Record<string, unknown> = {}) =>
  faults({ rotation: { mode, ...rest } });

describe('a profile', () => {
  it('is refused with the pointer of each fault', () => {
    expect(
      faults({ id: 'Not An Id', verified_at: 'yesterday', confidence: 'sure', extra: 1 }).sort(),
    ).toEqual(['/confidence', '/extra', '/id', '/verified_at']);
    expect(faults({ source: [] })).toEqual(['/source']);
  });

  it('says how refresh tokens rotate, and no nonsense about it', () => {
    expect(rotation('none')).toEqual([]);
    expect(rotation('B', { grace_seconds: 30 })).toEqual([]);
    expect(rotation('B', { grace_seconds: -1 })).toEqual(['/rotation/grace_seconds']);
    expect(rotation('B')).toEqual(['/rotation/grace_seconds']);
    expect(rotation('C', { grace_seconds: 9 })).toEqual(['/rotation/grace_seconds']);
    for (const mode of ['A', 'E', 'none', 'unknown'])
      expect(rotation(mode, { grace_seconds: 30 })).toEqual(['/rotation/grace_seconds']);
    expect(rotation('F')).toEqual(['/rotation/mode']);
    expect(rotation('none', { kills_access_token_on_rotation: true })).toEqual([
      '/rotation/kills_access_token_on_rotation',
    ]);
    expect(faults({ rotation: undefined })).toEqual(['/rotation']);
  });

  it('has endpoints, https ones, whose templates are filled by its settings', () => {
    expect(faults({ endpoints: {} })).toContain('/endpoints/token');
    const token = (url: string) => faults({ endpoints: { ...google.endpoints, token: url } });
    expect(token('http://as.example/token')).toEqual(['/endpoints/token']);
    expect(token('https://{shop}.example/token')).toEqual(['/endpoints/token']);
    expect(token('{origin}/token')).toEqual(['/endpoints/token']);
    expect(token('https://as.example@evil.example/')).toEqual(['/endpoints/token']);
    expect(faults({ settings: { shop: { label: 'Shop', pattern: '.+' } } })).toEqual(['/settings/shop']);
    expect(faults({ settings: { tenant: { label: 'T', pattern: '(' } } }, microsoft)).toEqual([
      '/settings/tenant/pattern',
    ]);
    expect(faults({ issuer: null }, sandbox)).toEqual(['/issuer']);
    expect(faults({ issuer_pinned_by: 'region' }, microsoft)).toEqual(['/issuer_pinned_by']);
  });

  it('switches PKCE off only with a reason', () => {
    expect(faults({ authorization: { pkce: { use: 'off' } } })).toEqual(['/authorization/pkce/reason']);
    const reason = 'answers invalid_request to code_challenge';
    expect(faults({ authorization: { pkce: { use: 'off', reason } } })).toEqual([]);
  });

  it('has lifetimes that can be', () => {
    const expires = (expires_in: object) => faults({ tokens: { expires_in } });
    expect(expires({ min_seconds: 100, max_seconds: 10 })).toEqual(['/tokens/expires_in/min_seconds']);
    expect(expires({ default_seconds: 10 })).toEqual(['/tokens/expires_in/default_seconds']);
    expect(expires({ default_seconds: 0 })).toEqual(['/tokens/expires_in/default_seconds']);
    expect(faults({ refresh_token: { idle_seconds: 100, absolute_seconds: 10 } })).toEqual([
      '/refresh_token/idle_seconds',
    ]);
    expect(faults({ limits: { concurrency: 0 } })).toEqual(['/limits/concurrency']);
    expect(faults({ limits: { requests_per_second: 0 } })).toEqual(['/limits/requests_per_second']);
  });

  it('says how to revoke exactly where there is something to revoke at', () => {
    expect(faults({ revocation: null })).toEqual(['/revocation']);
    const { revocation: _, ...endpoints } = google.endpoints!;
    expect(faults({ endpoints })).toEqual(['/endpoints/revocation']);
    expect(faults({ revocation: { ...github.revocation, token_in: 'path' } }, github)).toEqual([
      '/revocation/token_in',
    ]);
    expect(faults({ revocation: { kills: 'token', token_in: 'json' } })).toEqual(['/revocation/token_in']);
    expect(faults({ revocation: { tokens: ['access_token', 'access_token'], kills: 'token' } })).toEqual([
      '/revocation/tokens',
    ]);
  });

  it('names nothing twice, points at what can be, and knows only the classes of failure', () => {
    const method = 'client_secret_post';
    expect(faults({ client_authentication: { methods: [method, method] } })).toEqual([
      '/client_authentication/methods',
    ]);
    expect(faults({ client_authentication: { methods: [] } })).toEqual(['/client_authentication/methods']);
    const slot = { slot: 'bot', at: '' };
    expect(faults({ tokens: { ...slack.tokens, slots: [slot, slot] } }, slack)).toEqual(['/tokens/slots']);
    expect(faults({ tokens: { success: { pointer: 'ok', equals: true } } })).toEqual([
      '/tokens/success/pointer',
    ]);
    expect(faults({ errors: { codes: { gone: 'DEAD' } } })).toEqual(['/errors/codes/gone']);
    expect(faults({ errors: { codes: { gone: 'AMBIGUOUS' } } })).toEqual(['/errors/codes/gone']);
    expect(faults({ errors: { patterns: [{ status: 400, class: 'REAUTHORIZE' }] } })).toEqual([
      '/errors/patterns/0',
    ]);
  });
});
