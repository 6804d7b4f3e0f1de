import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPair } from 'jose';
import { OddIssuer, type OddAnswer } from './odd-issuer.fixture.js';
import { SignInFixture } from './sign-in.fixture.js';

let fixture: SignInFixture;
let issuer: OddIssuer;
let app: NestFastifyApplication;

beforeAll(async () => {
  [fixture, issuer] = await Promise.all([SignInFixture.start(), OddIssuer.start()]);
  const odd = fixture.issuer({
    ...{ id: 'odd', issuer: issuer.origin, client_id: issuer.clientId, client_secret: issuer.clientSecret },
    roles: [{ claim: 'team', value: 'platform', workspace: '*', role: 'viewer' }],
  });
  const env = {
    OUTBOUND_SANDBOX_ORIGIN: issuer.origin,
    OUTBOUND_ALLOWED_PRIVATE: new URL(issuer.origin).host,
  };
  app = await fixture.replica({ ...env, RATE_LIMIT_DENIED_PER_ADDRESS: '10000' }, [odd]);
}, 60_000);

afterAll(async () => {
  await app.close();
  issuer.close();
  await fixture.stop();
});

const now = () => Math.floor(Date.now() / 1_000);
const member = { team: 'platform' };

/** A whole sign-in at the odd issuer; answers the status, and the code on the page where it came to nothing. */
async function signIn(
  answer: OddAnswer,
  { query = '', callback = {} }: { query?: string; callback?: object } = {},
) {
  const begun = await app.inject({ url: `/admin/sign-in/odd${query}` });
  const to = new URL(begun.headers.location!);
  const code = issuer.codeFor(to.searchParams.get('nonce')!, answer);
  const parameters = new URLSearchParams({ code, state: to.searchParams.get('state')!, ...callback });
  const cookie = String(begun.headers['set-cookie']).split(';')[0]!;
  const done = await app.inject({ url: `/admin/sign-in/odd/callback?${parameters}`, headers: { cookie } });
  const cookies = [done.headers['set-cookie'] ?? []].flat();
  return {
    status: done.statusCode,
    why: /<code>(\S+)/.exec(done.body)?.[1],
    session: cookies.find((line) => line.startsWith('evergrant_session='))?.split(';')[0],
  };
}

describe('an ID token', () => {
  it('that is in order opens a session, with a role from its claims in every workspace', async () => {
    const { status, session } = await signIn({ claims: member });
    expect(status).toBe(303);
    const { workspaces } = (
      await app.inject({ url: '/admin/api/session', headers: { cookie: session! } })
    ).json<{ workspaces: object[] }>();
    expect(workspaces).toMatchObject([{ role: 'viewer' }, { role: 'viewer' }]);
  });

  it('that is thin is completed from UserInfo, of the same subject alone', async () => {
    expect((await signIn({ userinfo: { sub: 'grace', ...member } })).status).toBe(303);
    const other = { claims: { sub: 'hedy' }, userinfo: { sub: 'grace', ...member } };
    expect(await signIn(other)).toMatchObject({ status: 403, why: 'no_access' });
  });

  it.each<[string, OddAnswer, string]>([
    ['with another nonce', { claims: { nonce: 'other' } }, 'id-token-nonce'],
    ['without a nonce', { claims: { nonce: undefined } }, 'id-token-nonce'],
    ['for another client', { claims: { aud: 'other' } }, 'id-token-audience'],
    [
      'for us and another, who is the party',
      { claims: { aud: ['dashboard', 'x'], azp: 'x' } },
      'id-token-audience',
    ],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'id-token-issuer'],
    ['that expired', { claims: { iat: now() - 600, exp: now() - 120 } }, 'id-token-expired'],
    ['issued in the future', { claims: { iat: now() + 300, exp: now() + 600 } }, 'id-token-issued-at'],
    ['without a subject', { claims: { sub: '' } }, 'id-token-malformed'],
    ['signed with an unknown key', { header: { kid: 'k9' } }, 'id-token-key-unknown'],
    ['that nobody signed', { unsigned: true }, 'id-token-algorithm'],
    ['that is missing', { withoutIdToken: true }, 'id_token_missing'],
  ])('%s is refused', async (_, answer, why) => {
    const claims = { ...member, ...answer.claims };
    expect(await signIn({ ...answer, claims })).toEqual({ status: 400, why, session: undefined });
  });

  it('signed by somebody else under the name of the right key is refused', async () => {
    const { privateKey: key } = await generateKeyPair('RS256');
    expect(await signIn({ claims: member, key })).toMatchObject({ status: 400, why: 'id-token-signature' });
  });

  it.each([
    ['our client secret', async () => new TextEncoder().encode(issuer.clientSecret)],
    ['the public key', () => issuer.publicKeyBytes()],
  ])('signed with HS256 and %s (algorithm confusion) is refused', async (_, keyOf) => {
    const answer = { claims: member, header: { alg: 'HS256' }, key: await keyOf() };
    expect(await signIn(answer)).toMatchObject({ status: 400, why: 'id-token-algorithm' });
  });

  it.each([
    ['20 s ahead', { iat: now() + 20, exp: now() + 80 }],
    ['20 s behind', { iat: now() - 80, exp: now() - 20 }],
  ])('of a clock that is %s is taken (clock skew)', async (_, claims) => {
    expect((await signIn({ claims: { ...member, ...claims } })).status).toBe(303);
  });
});

describe('a step-up', () => {
  it.each<[string, number | undefined]>([
    ['an old sign-in', now() - 3_600],
    ['no time of sign-in', undefined],
  ])('is not taken for one where the ID token tells of %s', async (_, authTime) => {
    const answer = { claims: { ...member, auth_time: authTime } };
    expect(await signIn(answer, { query: '?max_age=300' })).toMatchObject({ status: 403, why: 'not_fresh' });
    expect((await signIn(answer)).status).toBe(303);
  });
});

describe('an answer', () => {
  it('that says access_denied is told as that', async () => {
    const callback = { error: 'access_denied', code: '' };
    expect(await signIn({}, { callback })).toMatchObject({ status: 403, why: 'access_denied' });
  });

  it("of another issuer's is refused (mix-up, RFC 9207)", async () => {
    const callback = { iss: 'https://evil.example' };
    expect(await signIn({ claims: member }, { callback })).toMatchObject({
      status: 400,
      why: 'issuer-mismatch',
    });
  });
});

describe('a logout token', () => {
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const send = async (answer: OddAnswer, nonce?: string) => {
    const token = await issuer.token(nonce, answer);
    return app.inject({
      method: 'POST',
      url: '/admin/sign-in/odd/back-channel-logout',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ logout_token: token }).toString(),
    });
  };
  const isLive = async (session: string | undefined) =>
    (await app.inject({ url: '/admin/api/session', headers: { cookie: session! } })).statusCode === 200;

  it('ends the session that it names, and no other', async () => {
    const one = await signIn({ claims: { ...member, sid: 's1' } });
    const other = await signIn({ claims: { ...member, sid: 's2' } });
    const header = { typ: 'logout+jwt' };
    const answer = await send({ header, claims: { events: event, sid: 's1', sub: undefined, jti: 'j1' } });
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect([await isLive(one.session), await isLive(other.session)]).toEqual([false, true]);
  });

  it.each<[string, OddAnswer, string | undefined]>([
    ['is an ID token', { claims: { sid: 's3', jti: 'j' } }, 'n'],
    ['has a nonce', { claims: { events: event, sid: 's3', jti: 'j' } }, 'n'],
    ['names nobody', { claims: { events: event, sub: undefined, jti: 'j' } }, undefined],
    ['has no id', { claims: { events: event, sid: 's3' } }, undefined],
    ['is for another client', { claims: { events: event, sid: 's3', jti: 'j', aud: 'other' } }, undefined],
    ['nobody signed', { unsigned: true, claims: { events: event, sid: 's3', jti: 'j' } }, undefined],
    [
      'expired',
      { claims: { events: event, sid: 's3', jti: 'j', iat: now() - 600, exp: now() - 300 } },
      undefined,
    ],
  ])('that %s ends nothing', async (_, answer, nonce) => {
    const { session } = await signIn({ claims: { ...member, sid: 's3' } });
    const refused = await send(answer, nonce);
    expect([refused.statusCode, refused.json<{ error: string }>().error]).toEqual([400, 'invalid_request']);
    expect(await isLive(session)).toBe(true);
  });
});
