import { createHmac } from 'node:crypto';
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { eventually, seedWorkspace, type ApiClient } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';
import { WorkloadIssuer, type IssuedToken } from './issuer.fixture.js';

interface Identity {
  id: string;
  audience: string;
  created_by: string | null;
}

interface Named {
  actor: { name: string };
}

let fixture: ConnectFixture;
let issuer: WorkloadIssuer;
/** A replica that may ask the issuer, which is on this machine. */
let api: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  issuer = await WorkloadIssuer.start();
  api = await fixture.replica({ OUTBOUND_SANDBOX_ORIGIN: issuer.url });
}, 30_000);

afterAll(async () => {
  await fixture.stop();
  await issuer.stop();
});

/** By default one that the issuer's tokens match; each test deletes what it made. */
const make = async (wish: object = {}, by = api) => {
  const { status, body } = await by.post<Identity>('/v1/workload-identities', {
    name: 'shop deploys',
    issuer: issuer.url,
    claims: { sub: 'repo:acme/shop:*' },
    scopes: ['integrations:read'],
    ...wish,
  });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body;
};

afterEach(() => fixture.database.query(`DELETE FROM workload_identity`));

const read = (token: string, path = '/v1/integrations') => api.as(token).get(path);
const refused = { status: 401, body: { type: '/problems/invalid-api-key' } };
const audience = () => `${fixture.api.origin}/v1/workspaces/${fixture.workspace}`;
const present = async (token: IssuedToken = {}, path?: string) =>
  read(await issuer.token(audience(), token), path);

describe('a workload', () => {
  it('is let in by its platform’s token, with the scopes of its identity and no others', async () => {
    const { id, audience: told } = await make();
    expect(told).toBe(audience());
    expect((await present()).status).toBe(200);
    expect(await present({}, '/v1/connections')).toMatchObject({
      status: 403,
      body: { type: '/problems/insufficient-scope' },
    });
    const [denied] = await fixture.database.query<{ entry: Buffer }>(
      `SELECT entry FROM audit_entry WHERE actor_type = 'workload' AND actor_id = $1`,
      [id],
    );
    expect(JSON.parse(denied!.entry.toString())).toMatchObject({
      actor: { type: 'workload', id, name: 'repo:acme/shop:ref:refs/heads/main' },
    });
  });

  it('has the scopes of all the identities that it matches', async () => {
    await make();
    await make({ claims: { sub: 'repo:acme/*' }, scopes: ['connections:read'] });
    await make({ claims: { sub: 'repo:other/*' }, scopes: ['events:read'] });
    const statuses = ['/v1/integrations', '/v1/connections', '/v1/events'].map((path) => present({}, path));
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([200, 200, 403]);
  });

  it.each<[string, IssuedToken]>([
    ['that expired', { claims: { exp: Math.floor(Date.now() / 1_000) - 10 } }],
    ['issued in the future', { claims: { iat: Math.floor(Date.now() / 1_000) + 60 } }],
    ['of another workload', { claims: { sub: 'repo:acme/shop-evil:ref:x' } }],
    ['of a type of its own', { header: { typ: 'at+jwt' } }],
    ['of a key nobody published', { header: { kid: 'k9' } }],
    ['that names no issuer of ours', { claims: { iss: 'https://other.example' } }],
    ['whose issuer cannot be stored', { claims: { iss: 'https://other.example/\0' } }],
    ['whose issuer is half a character', { claims: { iss: '\ud800' } }],
  ])('is refused with a token %s', async (_what, token) => {
    await make();
    expect(await present(token)).toMatchObject(refused);
  });

  it('is refused with a token for another workspace, which has the same identity', async () => {
    await make();
    const other = await seedWorkspace(fixture.database);
    const { audience: theirs } = await make({}, api.as(other.apiKey));
    const mine = await issuer.token(audience());
    expect((await read(mine)).status).toBe(200);
    expect((await read(await issuer.token(theirs))).status).toBe(200);
    for (const aud of [
      [audience(), theirs],
      `${audience()}/`,
      fixture.workspace,
      `${fixture.api.origin}/v1/workspaces/'`,
    ])
      expect(await present({ claims: { aud } })).toMatchObject(refused);
    const seen = await read(await issuer.token(theirs), `/v1/integrations/${fixture.integration}`);
    expect(seen).toMatchObject({ status: 404 });
  });

  it('is refused with a token of another issuer that uses the same key id', async () => {
    await make();
    const foreign = await WorkloadIssuer.start();
    try {
      const token = await foreign.token(audience(), { claims: { iss: issuer.url } });
      expect(await read(token)).toMatchObject(refused);
      expect(await read(await foreign.token(audience()))).toMatchObject(refused);
      expect(foreign.asked).toEqual([]);
    } finally {
      await foreign.stop();
    }
  });

  it('gets nowhere by alg confusion', async () => {
    await make();
    const [payload] = (await issuer.token(audience())).split('.').slice(1);
    const headed = (header: object) =>
      `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`;
    expect(await read(`${headed({ alg: 'none', kid: 'k1' })}.`)).toMatchObject(refused);
    const publicKey = await importJWK(issuer.keys[0]!, 'ES256', { extractable: true });
    for (const secret of [await exportSPKI(publicKey as CryptoKey), JSON.stringify(issuer.keys[0])]) {
      const signed = headed({ alg: 'HS256', kid: 'k1' });
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(await read(`${signed}.${mac}`)).toMatchObject(refused);
    }
  });

  it('is refused at once when its identity is deleted or no longer matches', async () => {
    const { id } = await make();
    const token = await issuer.token(audience());
    const path = `/v1/workload-identities/${id}`;
    expect((await read(token)).status).toBe(200);
    await api.patch(path, { claims: { sub: 'repo:acme/other' } });
    expect(await read(token)).toMatchObject(refused);
    await api.patch(path, { claims: { sub: ['repo:acme/shop:*'] } });
    expect((await read(token)).status).toBe(200);
    expect((await api.delete(path)).status).toBe(204);
    expect(await read(token)).toMatchObject(refused);
    expect((await fixture.audited(id)).map(({ action }) => action)).toEqual([
      'workload_identity.created',
      'workload_identity.updated',
      'workload_identity.updated',
      'workload_identity.deleted',
    ]);
  });

  it('makes no key that outlives its token, and no identity', async () => {
    await make({ scopes: ['keys:write'] });
    const token = await issuer.token(audience());
    const by = api.as(token);
    const until = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
    const key = (expires_at?: string) =>
      by.post('/v1/api-keys', { name: 'k', scopes: ['keys:write'], expires_at });
    const forbidden = { status: 403, body: { type: '/problems/forbidden' } };
    expect(await key()).toMatchObject(forbidden);
    expect(await key(until(3_600))).toMatchObject(forbidden);
    expect((await key(until(60))).status).toBe(201);
    const wish = { name: 'x', issuer: issuer.url, claims: { sub: 'x' }, scopes: ['keys:write'] };
    expect(await by.post('/v1/workload-identities', wish)).toMatchObject(forbidden);
  });

  it('that fits no identity has its issuer asked for nothing', async () => {
    const quiet = await WorkloadIssuer.start();
    try {
      const replica = await fixture.replica({ OUTBOUND_SANDBOX_ORIGIN: quiet.url });
      await make({ issuer: quiet.url }, replica);
      const stranger = await quiet.token(audience(), { claims: { sub: 'repo:other/x' } });
      expect(await replica.as(stranger).get('/v1/integrations')).toMatchObject(refused);
      expect(quiet.asked).toEqual([]);
    } finally {
      await quiet.stop();
    }
  });

  it.each<[string, IssuedToken]>([
    [
      'jku, x5u and a jwk of its own',
      { header: { jku: 'https://evil.example', x5u: 'https://evil.example' } },
    ],
    ['a key id that is a path', { header: { kid: '../../k1' } }],
    ['a subject that is a list', { claims: { sub: ['repo:acme/shop:x'] as never } }],
    ['a subject that is an object', { claims: { sub: { 0: 'repo:acme/shop:x' } } }],
    ['the issuer with a slash', { claims: { iss: 'slash' } }],
    ['nested audiences', { claims: { aud: [['x']] as never } }],
    ['times that are text', { claims: { exp: '9999999999' } }],
  ])('gets nowhere with %s', async (_what, token) => {
    await make();
    const isSlash = token.claims?.['iss'] === 'slash';
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const own = { ...token.header, jwk: await exportJWK(publicKey) };
    // Signed by a key that only its own header names, where it names any.
    const signed = token.header?.jku
      ? { header: own, key: privateKey }
      : isSlash
        ? { claims: { iss: `${issuer.url}/` } }
        : token;
    expect(await present(signed)).toMatchObject(refused);
  });

  it('is refused while its workspace is suspended', async () => {
    const other = await seedWorkspace(fixture.database);
    const owner = api.as(other.apiKey);
    const { audience: theirs } = await make({}, owner);
    await owner.patch(`/v1/workspaces/${other.workspace}`, { state: 'suspended' });
    expect(await read(await issuer.token(theirs))).toMatchObject({
      status: 403,
      body: { type: '/problems/workspace-suspended' },
    });
  });

  it('is not let in blindly while its issuer’s keys cannot be had', async () => {
    const down = await WorkloadIssuer.start();
    down.isDown = true;
    try {
      const replica = await fixture.replica({ OUTBOUND_SANDBOX_ORIGIN: down.url });
      await make({ issuer: down.url }, replica);
      const answer = await replica.as(await down.token(audience())).get('/v1/integrations');
      expect(answer).toMatchObject({ status: 503, body: { type: '/problems/service-unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    } finally {
      await down.stop();
    }
  });

  it.each<[string, (liar: WorkloadIssuer) => void]>([
    ['another issuer', (liar) => void (liar.says = { issuer: issuer.url })],
    [
      'keys at another address of this machine',
      (liar) => void (liar.says = { jwks_uri: `${issuer.url}/keys` }),
    ],
    ['keys over plain http', (liar) => void (liar.says = { jwks_uri: 'http://169.254.169.254/keys' })],
    ['keys inside', (liar) => void (liar.says = { jwks_uri: 'https://169.254.169.254/keys' })],
    ['keys that moved', (liar) => void (liar.movedTo = `${issuer.url}/keys`)],
    ['keys that are none', (liar) => void (liar.keys = [null as never, { kty: 'RSA' }, { kid: 'k1' }])],
  ])('is not let in where its issuer tells of %s, and nobody else is asked', async (_what, lie) => {
    const liar = await WorkloadIssuer.start();
    const token = await liar.token(audience());
    const asked = issuer.asked.length;
    try {
      lie(liar);
      const replica = await fixture.replica({ OUTBOUND_SANDBOX_ORIGIN: liar.url });
      await make({ issuer: liar.url }, replica);
      const { status } = await replica.as(token).get('/v1/integrations');
      expect([401, 503]).toContain(status);
      expect(issuer.asked.length).toBe(asked);
    } finally {
      await liar.stop();
    }
  });

  it('is audited whatever its subject is: half a character and a zero are no reason not to be', async () => {
    const { id } = await make();
    const sub = `repo:acme/shop:\0${'x'.repeat(183)}\u{1f600}`;
    expect((await present({ claims: { sub } }, '/v1/connections')).status).toBe(403);
    await eventually(async () => {
      const entries = await fixture.database.query<{ entry: Buffer }>(
        `SELECT entry FROM audit_entry WHERE actor_type = 'workload' AND actor_id = $1`,
        [id],
      );
      const names = entries.map(({ entry }) => (JSON.parse(entry.toString()) as Named).actor.name);
      expect(names).toEqual([`repo:acme/shop:\ufffd${'x'.repeat(183)}\ufffd`]);
    });
  });

  it('of an issuer that cannot be reached is checked by the keys that were given', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const iss = 'https://kubernetes.default.svc.cluster.local';
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'c1' }];
    const sub = 'system:serviceaccount:shop:api';
    await make({ issuer: iss, claims: { sub }, jwks: { keys } });
    const asked = issuer.asked.length;
    const header = { alg: 'RS256', kid: 'c1', typ: undefined };
    expect((await present({ claims: { iss, sub }, header, key: privateKey })).status).toBe(200);
    const { privateKey: stranger } = await generateKeyPair('RS256');
    expect(await present({ claims: { iss, sub }, header, key: stranger })).toMatchObject(refused);
    expect(issuer.asked.length).toBe(asked);
  });
});

describe('a workload identity', () => {
  const at = (pointer: string) => ({ status: 400, body: { errors: [{ pointer }] } });
  const wish = (change: object) => ({
    name: 'x',
    issuer: issuer.url,
    claims: { sub: 'x' },
    scopes: ['events:read'],
    ...change,
  });
  const attempt = (change: object, by = api) => by.post('/v1/workload-identities', wish(change));

  it.each<[object, string]>([
    [{ issuer: 'http://issuer.example' }, '/issuer'],
    [{ issuer: 'https://issuer.example/?x=1' }, '/issuer'],
    [{ issuer: 'https://user:pass@issuer.example' }, '/issuer'],
    [{ issuer: 'https://127.0.0.1' }, '/issuer'],
    [{ issuer: 'https://issuer.example:8443' }, '/issuer'],
    [{ issuer: 'kubernetes/serviceaccount' }, '/issuer'],
    [{ claims: {} }, '/claims'],
    [{ claims: { sub: '' } }, '/claims/sub'],
    [{ claims: { sub: '*' } }, '/claims/sub'],
    [{ claims: { sub: 'a*b' } }, '/claims/sub'],
    [{ claims: { sub: [] } }, '/claims/sub'],
    [{ claims: { aud: 'x' } }, '/claims/aud'],
    [{ claims: { iss: 'x' } }, '/claims/iss'],
    [{ scopes: ['admin'] }, '/scopes/0'],
    [{ jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }, '/jwks/keys/0'],
    [{ jwks: { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] } }, '/jwks/keys/0'],
    [{ jwks: { keys: [{ kty: 'EC' }] } }, '/jwks/keys/0'],
  ])('is refused with %j', async (change, pointer) => {
    expect(await attempt(change)).toMatchObject(at(pointer));
  });

  it('takes no private key, and stores none', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    expect(await exportPKCS8(privateKey)).toBeDefined();
    const answer = await attempt({ jwks: { keys: [await exportJWK(privateKey)] } });
    expect(answer).toMatchObject(at('/jwks/keys/0'));
    expect(JSON.stringify(answer.body)).not.toContain((await exportJWK(privateKey)).d);
  });

  it('gives no rights that its maker lacks, and is changed by nobody who lacks its own', async () => {
    const make_ = (body: object) => api.post<{ key: string }>('/v1/api-keys', { name: 'k', ...body });
    const weak = api.as((await make_({ scopes: ['keys:write', 'events:read'] })).body.key);
    const insufficient = { status: 403, body: { type: '/problems/insufficient-scope' } };
    expect(await attempt({ scopes: ['tokens:read'] }, weak)).toMatchObject(insufficient);
    expect((await attempt({}, weak)).status).toBe(201);
    const { id } = await make({ scopes: ['tokens:read'] });
    const path = `/v1/workload-identities/${id}`;
    expect(await weak.patch(path, { claims: { sub: 'mine' } })).toMatchObject(insufficient);
    expect(await weak.delete(path)).toMatchObject(insufficient);
  });

  it('is no way around the end or the networks of a key', async () => {
    const { id } = await make();
    for (const limit of [
      { expires_at: new Date(Date.now() + 60_000).toISOString() },
      { allowed_addresses: ['127.0.0.0/8'] },
    ]) {
      const wanted = { name: 'k', scopes: ['admin'], ...limit };
      const limited = api.as((await api.post<{ key: string }>('/v1/api-keys', wanted)).body.key);
      const forbidden = { status: 403, body: { type: '/problems/forbidden' } };
      expect(await attempt({}, limited)).toMatchObject(forbidden);
      const path = `/v1/workload-identities/${id}`;
      expect(await limited.patch(path, { claims: { sub: 'mine' } })).toMatchObject(forbidden);
    }
  });

  it('is one of fifty of an issuer at most: each is read for every token', async () => {
    await fixture.database.query(
      `INSERT INTO workload_identity (workspace_id, id, name, issuer, claims, scopes)
       SELECT $1, 'wid_' || n, 'x', $2, '{"sub":"x"}', '{events:read}' FROM generate_series(1, 49) n`,
      [fixture.workspace, issuer.url],
    );
    expect((await attempt({})).status).toBe(201);
    expect(await attempt({})).toMatchObject({ status: 409, body: { type: '/problems/conflict' } });
    expect((await attempt({ issuer: 'https://other.example' })).status).toBe(201);
  });

  it('that changed meanwhile is neither changed nor deleted over it', async () => {
    const person = await fixture.person('admin');
    const { id, created_by } = await make();
    expect(created_by).toBeNull();
    const path = `/v1/workload-identities/${id}`;
    const tag = { 'if-match': (await api.get(path)).headers.get('etag')! };
    const admin = person.api;
    const changed = await admin.patch(path, { claims: { sub: 'other' } }, tag);
    expect(changed).toMatchObject({ status: 200, body: { created_by: person.id } });
    const stale = { status: 412, body: { type: '/problems/precondition-failed' } };
    expect(await api.patch(path, { name: 'x' }, tag)).toMatchObject(stale);
    expect(await api.delete(path, tag)).toMatchObject(stale);
    expect((await api.get<{ data: Identity[] }>('/v1/workload-identities')).body.data).toHaveLength(1);
  });
});
