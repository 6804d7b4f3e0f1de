import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPair } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection } from '#embedded';
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

describe('claims that nobody expects', () => {
  const personOf = async (subject: string) => {
    const rows = await fixture.database.query<{ name: string; email: string | null; verified: boolean }>(
      `SELECT name, email, email_verified AS verified FROM person WHERE subject = $1`,
      [subject],
    );
    return rows[0];
  };

  it.each<[string, unknown, string]>([
    ['an object', { given: 'Grace' }, 'odd'],
    ['a text that Postgres does not take', 'Gra\0ce', 'Gra ce'],
    ['half a character', 'Grace \ud83d', 'Grace \ufffd'],
    ['a character across the cut', `${'x'.repeat(299)}\u{1f600}`, `${'x'.repeat(299)}\ufffd`],
    ['a text without end', 'x'.repeat(50_000), 'x'.repeat(300)],
  ])('as a name, %s, do no harm', async (_, name, kept) => {
    const claims = { ...member, sub: 'odd', name, email: undefined };
    expect((await signIn({ claims })).status).toBe(303);
    expect((await personOf('odd'))?.name).toBe(kept);
  });

  it.each<[string, unknown]>([
    ['with a NUL', 'victim@company.example\0'],
    ['with a line break', 'victim@company.example\n'],
    ['without end', `${'x'.repeat(10_000)}@company.example`],
    ['in a list', ['victim@company.example']],
  ])('as an address, one %s is none, and surely not a verified one', async (_, email) => {
    const claims = { ...member, sub: 'odd-address', email, email_verified: true };
    expect((await signIn({ claims })).status).toBe(303);
    expect(await personOf('odd-address')).toMatchObject({ email: null, verified: false });
  });

  it.each(['a\0b', 'a\ud83d', 'x'.repeat(256)])('as a subject, %j is refused', async (sub) => {
    expect(await signIn({ claims: { ...member, sub } })).toMatchObject({
      status: 400,
      why: 'subject_malformed',
    });
  });

  it('as groups, a list without end is looked through once', async () => {
    const team = [...Array.from({ length: 20_000 }, (__, i) => `g${i}`), 'platform'];
    expect((await signIn({ claims: { sub: 'many', team } })).status).toBe(303);
  });

  it('vouch for an address of their own alone: UserInfo verifies none of the ID token', async () => {
    const claims = { sub: 'mixed', email: 'victim@company.example', email_verified: undefined };
    const userinfo = { sub: 'mixed', ...member, email: 'mixed@evil.example', email_verified: true };
    expect((await signIn({ claims, userinfo })).status).toBe(303);
    expect(await personOf('mixed')).toMatchObject({ email: 'victim@company.example', verified: false });
  });
});

it('claims do not take what an invitation gave while somebody signed in', async () => {
  const claims = { ...member, sub: 'meanwhile' };
  await signIn({ claims });
  const [person] = await fixture.database.query<{ id: string }>(
    `DELETE FROM member m USING person p WHERE p.id = m.person_id AND p.subject = 'meanwhile' RETURNING p.id`,
  );
  let signedIn: ReturnType<typeof signIn> | undefined;
  await withConnection(fixture.database.adminUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('evergrant.members wsp_1', 0))`);
    signedIn = signIn({ claims });
    await sleep(500);
    await client.query(
      `INSERT INTO member (workspace_id, person_id, role, source) VALUES ('wsp_1', $1, 'admin', 'invitation')`,
      [person!.id],
    );
    await client.query('COMMIT');
  });
  expect((await signedIn!).status).toBe(303);
  const rows = await fixture.database.query(
    `SELECT role, source FROM member WHERE workspace_id = 'wsp_1' AND person_id = $1`,
    [person!.id],
  );
  expect(rows).toEqual([{ role: 'admin', source: 'invitation' }]);
});

describe('a step-up', () => {
  it.each([
    ['in the future', () => now() + 3_600],
    ['in milliseconds', () => Date.now()],
    ['beyond all dates', () => 1e300],
  ])('does not last longer for a sign-in told to be %s', async (_, authTime) => {
    const answer = { claims: { ...member, auth_time: authTime() } };
    const refused = { status: 400, why: 'auth_time_in_future', session: undefined };
    expect(await signIn(answer, { query: '?max_age=300' })).toEqual(refused);
    expect(await signIn(answer)).toEqual(refused);
  });

  it('of a clock that is 20 s ahead ends as soon as any', async () => {
    const { session } = await signIn({ claims: { ...member, auth_time: now() + 20 } });
    const { authenticated_at: at } = (
      await app.inject({ url: '/admin/api/session', headers: { cookie: session! } })
    ).json<{ authenticated_at: string }>();
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  });

  it('before all dates is an old one', async () => {
    const answer = { claims: { ...member, auth_time: -1e300 } };
    expect(await signIn(answer, { query: '?max_age=300' })).toMatchObject({ why: 'not_fresh' });
    expect((await signIn(answer)).status).toBe(303);
  });

  it('is told by the ID token, never by UserInfo', async () => {
    const userinfo = { sub: 'grace', ...member, auth_time: now() };
    const answer = { claims: { auth_time: undefined }, userinfo };
    expect(await signIn(answer, { query: '?max_age=300' })).toMatchObject({ status: 403, why: 'not_fresh' });
  });

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
  const send = async (answer: OddAnswer, nonce?: string, to = { door: 'odd', of: app }) => {
    const token = await issuer.token(nonce, answer);
    return to.of.inject({
      method: 'POST',
      url: `/admin/sign-in/${to.door}/back-channel-logout`,
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

  it("ends nobody's session at another issuer, by whichever door it comes", async () => {
    const { session } = await signIn({ claims: { ...member, sid: 'shared' } });
    const header = { typ: 'logout+jwt' };
    const answer = { header, claims: { events: event, sid: 'shared', sub: 'grace', jti: 'j2' } };
    expect((await send(answer, undefined, { door: 'company', of: fixture.app })).statusCode).toBe(400);
    await fixture.database.query(`UPDATE session SET issuer = 'company' WHERE issuer_session_id = 'shared'`);
    expect((await send(answer)).statusCode).toBe(200);
    expect(await isLive(session)).toBe(true);
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
