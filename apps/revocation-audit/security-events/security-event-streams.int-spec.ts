import { generateKeyPairSync } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { seedWorkspace } from '#testing';
import { SecurityEventsFixture, type Stream } from './security-events.fixture.js';
import { caep, verification } from './transmitter.fixture.js';

const path = '/v1/security-event-streams';
let fixture: SecurityEventsFixture;

beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
}, 30_000);
afterAll(() => fixture.stop());
afterEach(() => {
  fixture.transmitter.broken.clear();
  fixture.transmitter.asked.length = 0;
  fixture.transmitter.metadataIssuer = undefined;
});

const listed = async () =>
  (await fixture.api.get<{ data: { id: string }[] }>(path)).body.data.map(({ id }) => id);

describe('a stream', () => {
  it('has a push address and an authorization of its own, which is shown once and stored nowhere', async () => {
    const { authorization, ...shown } = await fixture.stream({ name: 'Okta' });
    expect(authorization).toMatch(/^Bearer evgs_[\w-]{43}$/);
    expect(shown.push_endpoint).toBe(`https://evergrant.example/v1/security-events/${shown.id}`);
    expect(shown).toMatchObject({ audience: [shown.push_endpoint], verified_at: null });
    expect((await fixture.api.get(`${path}/${shown.id}`)).body).toEqual(shown);
    const [row] = await fixture.database.query<{ row: string }>(
      `SELECT row_to_json(s)::text AS row FROM security_event_stream s WHERE id = $1`,
      [shown.id],
    );
    expect(row!.row).not.toContain(authorization.replace('Bearer ', ''));
  });

  it('never shows what polls are authorized by, and stores it sealed', async () => {
    const poll = { delivery: 'poll', poll_endpoint: `${fixture.transmitter.url}/quiet` };
    const stream = await fixture.stream({ ...poll, poll_authorization: 'Bearer poll-secret' });
    expect(JSON.stringify(stream)).not.toContain('poll-secret');
    const [row] = await fixture.database.query<{ sealed: Buffer }>(
      `SELECT sealed_poll_authorization AS sealed FROM security_event_stream WHERE id = $1`,
      [stream.id],
    );
    expect(row!.sealed.toString('latin1')).not.toContain('poll-secret');
    await fixture.api.delete(`${path}/${stream.id}`);
  });

  it('is changed by whoever saw its last version', async () => {
    const { id } = await fixture.stream();
    const policies = { [`${caep}session-revoked`]: 'notify' };
    const stale = await fixture.api.patch(`${path}/${id}`, { policies }, { 'if-match': '"7"' });
    expect(stale.status).toBe(412);
    const { status, headers, body } = await fixture.api.patch<Stream>(
      `${path}/${id}`,
      { policies, name: 'renamed' },
      { 'if-match': '"1"' },
    );
    expect([status, headers.get('etag'), body['name']]).toEqual([200, '"2"', 'renamed']);
    expect(body['policies']).toMatchObject({ ...policies, [`${caep}credential-change`]: 'freeze' });
  });

  it('takes nothing more when it is deleted', async () => {
    const stream = await fixture.stream();
    expect((await fixture.push(stream)).status).toBe(202);
    expect((await fixture.api.delete(`${path}/${stream.id}`)).status).toBe(204);
    expect((await fixture.push(stream)).status).toBe(401);
    expect(await listed()).not.toContain(stream.id);
  });

  it("is for the workspace's admins alone", async () => {
    const { id } = await fixture.stream();
    const [stranger, reader] = [
      await seedWorkspace(fixture.database),
      await seedWorkspace(fixture.database, { workspace: fixture.workspace, scopes: ['audit:read'] }),
    ];
    const statusFor = async (key: string) => (await fixture.api.as(key).get(`${path}/${id}`)).status;
    expect(await statusFor(stranger.apiKey)).toBe(404);
    expect(await statusFor(reader.apiKey)).toBe(403);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an issuer over http', { issuer: 'http://issuer.example' }, '/issuer'],
    ['an issuer with a query', { issuer: 'https://issuer.example/?a' }, '/issuer'],
    ['an issuer that may not be asked for its keys', { issuer: 'https://10.0.0.1' }, '/issuer'],
    ['keys at a private address', { jwks_uri: 'https://127.0.0.1/keys' }, '/jwks_uri'],
    ['polls without an address', { delivery: 'poll' }, '/poll_endpoint'],
    [
      'polls of a private address',
      { delivery: 'poll', poll_endpoint: 'https://192.168.0.1/p' },
      '/poll_endpoint',
    ],
    ['pushes with an address to poll', { poll_endpoint: 'https://issuer.example/p' }, '/poll_endpoint'],
    ['keys that are none', { jwks: { keys: [{ kty: 'RSA' }] } }, '/jwks/keys/0'],
    ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }, '/jwks/keys/0'],
    ['an unknown action', { policies: { [`${caep}session-revoked`]: 'explode' } }, `/policies/https:~1~1`],
    ['a header that is two', { delivery: 'poll', poll_authorization: 'a\r\nb: c' }, '/poll_authorization'],
  ])('with %s is refused, with a pointer', async (_, wish, pointer) => {
    const { status, body } = await fixture.api.post<{ errors: { pointer: string }[] }>(path, {
      issuer: 'https://issuer.example',
      delivery: 'push',
      ...wish,
    });
    expect(status).toBe(400);
    expect(body.errors[0]!.pointer).toContain(pointer);
  });

  it('with a private key is refused, and with a public one keeps no more than verifies', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const secret = privateKey.export({ format: 'jwk' });
    const wish = { issuer: fixture.transmitter.url, delivery: 'push' };
    expect((await fixture.api.post(path, { ...wish, jwks: { keys: [secret] } })).status).toBe(400);
    const key = publicKey.export({ format: 'jwk' });
    const stream = await fixture.stream({ jwks: { keys: [{ ...key, note: 'ours' }] } });
    expect(stream['jwks']).toEqual({ keys: [key] });
  });
});

describe('a stream with a management token (SSF 1.0)', () => {
  const management = { management_token: 'manage-me' };

  it('is made at the transmitter as its metadata say, and verified by the state that was asked for', async () => {
    const events = [`${caep}session-revoked`];
    const stream = await fixture.stream({ ...management, events });
    const { asked } = fixture.transmitter;
    expect(asked.map(({ method, path: at }) => `${method} ${at}`)).toEqual([
      'GET /.well-known/ssf-configuration',
      'POST /streams',
      'POST /verify',
    ]);
    expect(asked[1]).toMatchObject({
      authorization: 'Bearer manage-me',
      body: {
        events_requested: events,
        delivery: {
          method: 'urn:ietf:rfc:8935',
          endpoint_url: stream.push_endpoint,
          authorization_header: stream.authorization,
        },
      },
    });
    expect(stream).toMatchObject({ transmitter_stream: 'stream-1', audience: ['our-client-id'] });
    const { state } = asked[2]!.body;
    const push = (told: unknown) =>
      fixture.push(stream, {
        claims: { aud: 'our-client-id', events: { [verification]: { state: told } } },
      });
    const wrong = await push('guessed');
    expect([wrong.status, JSON.parse(wrong.text)]).toEqual([
      400,
      expect.objectContaining({ err: 'invalid_state' }),
    ]);
    expect((await fixture.api.get(`${path}/${stream.id}`)).body['verified_at']).toBeNull();
    expect((await push(state)).status).toBe(202);
    expect((await fixture.api.get(`${path}/${stream.id}`)).body['verified_at']).not.toBeNull();
  });

  it('that is polled is polled where the transmitter says', async () => {
    const stream = await fixture.stream({ ...management, delivery: 'poll' });
    expect(stream).toMatchObject({ poll_endpoint: `${fixture.transmitter.url}/poll`, push_endpoint: null });
    await fixture.api.delete(`${path}/${stream.id}`);
  });

  it('is deleted at the transmitter, too', async () => {
    const { id } = await fixture.stream(management);
    await fixture.api.delete(`${path}/${id}`);
    expect(fixture.transmitter.asked.at(-1)).toMatchObject({
      method: 'DELETE',
      path: '/streams?stream_id=stream-1',
      authorization: 'Bearer manage-me',
    });
  });

  it.each<[string, () => unknown]>([
    ['refuses it', () => fixture.transmitter.broken.add('/streams')],
    ['publishes nothing', () => fixture.transmitter.broken.add('/.well-known/ssf-configuration')],
    ['names another issuer', () => (fixture.transmitter.metadataIssuer = 'https://other.example')],
  ])('is not there where the transmitter %s', async (_, spoil) => {
    spoil();
    const before = await listed();
    const wish = { issuer: fixture.transmitter.url, delivery: 'push', ...management };
    const { status, body } = await fixture.api.post(path, wish);
    expect([status, body['type']]).toEqual([502, '/problems/provider-error']);
    expect(await listed()).toEqual(before);
  });

  it('stands where the transmitter does not verify, and says so', async () => {
    fixture.transmitter.broken.add('/verify');
    const stream = await fixture.stream(management);
    expect(stream).toMatchObject({ last_error: expect.stringContaining('verification') as string });
  });

  it.each([
    ['made there', management, 'our-client-id'],
    ['whose issuer publishes it', {}, undefined],
  ])(
    'of a stream %s, drops an event about a subject that is critical and not understood',
    async (_, wish, aud) => {
      const person = await fixture.person();
      const stream = await fixture.stream(wish);
      const sub_id = {
        format: 'complex',
        user: { format: 'email', email: person.email },
        tenant: { format: 'opaque', id: 'acme' },
      };
      expect((await fixture.push(stream, { claims: { ...(aud && { aud }), sub_id } })).status).toBe(202);
      expect(await fixture.outcomes(stream)).toEqual([{ action: 'ignore', matched: 0 }]);
      expect(await fixture.stateOf(person)).toBe('active');
    },
  );
});

describe('a global token revocation', () => {
  const revoke = async (
    stream: Stream,
    body: unknown,
    authorization = stream.authorization,
  ): Promise<number> => {
    const address = new URL(stream.global_token_revocation_endpoint).pathname;
    const response = await fetch(fixture.api.origin + address, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.status;
  };

  it.each(['sub_id', 'subject'])(
    'revokes all connections of whom its %s names, before it answers',
    async (member) => {
      const person = await fixture.person();
      const stream = await fixture.stream({ policies: {} });
      const named = { format: 'iss_sub', iss: fixture.transmitter.url, sub: person.subject };
      expect(await revoke(stream, { [member]: named })).toBe(204);
      expect(await fixture.stateOf(person)).toMatch(/^revok/);
      // Asked again, since the answer was lost.
      expect(await revoke(stream, { [member]: named })).toBe(204);
    },
  );

  it("takes the JWT of the stream's issuer for its own address, and no other", async () => {
    const stream = await fixture.stream();
    const address = stream.global_token_revocation_endpoint;
    const typ = 'global-token-revocation+jwt';
    const exp = Math.floor(Date.now() / 1_000) + 300;
    const { privateKey } = await generateKeyPair('ES256');
    const send = async (audience: string, forgery: Parameters<typeof fixture.transmitter.set>[1] = {}) => {
      const person = await fixture.person();
      const claims = { sub: fixture.transmitter.url, exp, events: undefined, ...forgery.claims };
      const jwt = await fixture.transmitter.set(audience, { header: { typ }, ...forgery, claims });
      const status = await revoke(
        stream,
        { sub_id: { format: 'email', email: person.email } },
        `Bearer ${jwt}`,
      );
      return [status, (await fixture.stateOf(person)).replace('revoked', 'revoking')];
    };
    expect(await send(address)).toEqual([204, 'revoking']);
    const refused = [401, 'active'];
    expect(await send(stream.push_endpoint!)).toEqual(refused);
    expect(await send(address, { header: { typ: 'secevent+jwt' } })).toEqual(refused);
    expect(await send(address, { claims: { exp: undefined } })).toEqual(refused);
    expect(await send(address, { claims: { iss: 'https://other.example' } })).toEqual(refused);
    expect(await send(address, { key: privateKey })).toEqual(refused);
  });

  it.each<[string, unknown, number]>([
    ['that names nobody here', { sub_id: { format: 'email', email: 'nobody@example.com' } }, 404],
    ['without a subject', {}, 400],
    ['with half a subject', { sub_id: { format: 'iss_sub', iss: 'https://a.example' } }, 400],
    ['that is a list', [], 400],
  ])('%s is answered %s', async (_, body, status) => {
    expect(await revoke(await fixture.stream(), body)).toBe(status);
  });

  it('without the authorization of the stream is refused', async () => {
    const person = await fixture.person();
    const body = { sub_id: { format: 'email', email: person.email } };
    expect(await revoke(await fixture.stream(), body, 'Bearer wrong')).toBe(401);
    expect(await fixture.stateOf(person)).toBe('active');
  });
});
