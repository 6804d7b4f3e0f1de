import { jest } from '@jest/globals';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { SecurityEventTokenVerifier } from '#resource-server';
import type { ApiClient } from '#testing';
import { SecurityEventsFixture, type Stream } from './security-events.fixture.js';
import { SigningKeysService } from './transmitting/signing-keys.service.js';

jest.setTimeout(30_000);

interface Keys {
  keys: { kid: string; signs_at: string; retired_at: string | null }[];
}

let fixture: SecurityEventsFixture;
let replica: ApiClient;
beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
  replica = await fixture.replica();
});
afterAll(() => fixture.stop());
afterEach(() => fixture.transmitter.broken.clear());

const overlapping = { status: 409, body: { type: '/problems/rotation-overlaps' } };
const audited = (action: string) =>
  fixture.database.query(`SELECT 1 FROM audit_entry WHERE action = $1`, [action]);

describe('the authorization of a stream', () => {
  const rotate = (id: string, wish: object = {}) =>
    fixture.api.post<Stream>(`/v1/security-event-streams/${id}/rotate`, wish);
  const pushed = async (stream: Stream, authorization: string) =>
    (await fixture.push(stream, { headers: { authorization }, origin: replica.origin })).status;

  it('that is rotated is taken beside the new one for the overlap, on every replica', async () => {
    const stream = await fixture.stream();
    const { status, body, headers } = await rotate(stream.id);
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body.authorization).toMatch(/^Bearer evgs_/);
    expect(body.authorization).not.toBe(stream.authorization);
    expect(await pushed(stream, body.authorization)).toBe(202);
    expect(await pushed(stream, stream.authorization)).toBe(202);
    await fixture.database.query(
      `UPDATE security_event_stream SET previous_authorization_until = now() - interval '1 second' WHERE id = $1`,
      [stream.id],
    );
    expect(await pushed(stream, stream.authorization)).toBe(401);
    expect(await pushed(stream, body.authorization)).toBe(202);
    expect(await audited('security_event_stream.rotated')).toHaveLength(1);
  });

  it('that leaked ends at once, for global token revocation too', async () => {
    const stream = await fixture.stream();
    const { body } = await rotate(stream.id, { overlap_seconds: 0 });
    expect(await pushed(stream, stream.authorization)).toBe(401);
    const ask = (authorization: string) =>
      fetch(new URL(new URL(stream.global_token_revocation_endpoint).pathname, replica.origin), {
        method: 'POST',
        body: JSON.stringify({ sub_id: { format: 'email', email: 'nobody@example.com' } }),
        headers: { authorization, 'content-type': 'application/json' },
      });
    expect((await ask(stream.authorization)).status).toBe(401);
    expect((await ask(body.authorization)).status).toBe(404);
  });

  it('is not rotated again while the former one counts, unless that one is to end', async () => {
    const stream = await fixture.stream();
    const second = await rotate(stream.id);
    expect(await rotate(stream.id)).toMatchObject(overlapping);
    const third = await rotate(stream.id, { replace_previous: true });
    const tried = [stream, second.body, third.body].map((one) => pushed(stream, one.authorization));
    expect(await Promise.all(tried)).toEqual([401, 202, 202]);
    expect((await rotate('sst_nobody')).status).toBe(404);
  });

  it('is given to a transmitter where we made the stream, which may not take it', async () => {
    const { transmitter } = fixture;
    const stream = await fixture.stream({ management_token: 'manage' });
    const { body } = await rotate(stream.id, { overlap_seconds: 60 });
    expect(transmitter.to('/streams').at(-1)).toMatchObject({
      ...{ method: 'PATCH', authorization: 'Bearer manage' },
      body: {
        stream_id: 'stream-1',
        delivery: { endpoint_url: stream.push_endpoint, authorization_header: body.authorization },
      },
    });
    expect(body['last_error']).toBeNull();
    transmitter.broken.add('/streams');
    const refused = await rotate(stream.id, { replace_previous: true });
    expect([refused.status, refused.body['last_error']]).toEqual([201, expect.stringContaining('500')]);
    const push = { claims: { aud: 'our-client-id' }, headers: { authorization: body.authorization } };
    expect((await fixture.push(stream, push)).status).toBe(202);
  });
});

describe('the key that a workspace signs by', () => {
  const path = '/v1/security-event-subscribers';
  const rotate = (wish: object = {}) => fixture.api.post<Keys>(`${path}/rotate-key`, wish);
  const published = async () =>
    (await replica.get<JSONWebKeySet>(`/v1/security-events/${fixture.workspace}/jwks`)).body;
  const kids = async () => (await published()).keys.map(({ kid }) => kid);
  const issuer = 'https://evergrant.example/issuer';
  const claims = () => ({
    ...{ iss: issuer, aud: 'siem', iat: Math.floor(Date.now() / 1_000), jti: crypto.randomUUID() },
    events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
  });
  /** What the other replica signs, checked by the keys that are published then. */
  const signed = async () => {
    const set = await fixture
      .serviceOf(1)
      .get(SigningKeysService, { strict: false })
      .sign(fixture.workspace, claims());
    await new SecurityEventTokenVerifier({ issuer, audience: ['siem'], keys: await published() }).verify(set);
    return { set, kid: decodeProtectedHeader(set).kid };
  };
  const passed = (seconds: number) =>
    fixture.database.query(
      `UPDATE security_event_key SET signs_at = signs_at - make_interval(secs => $1),
         retired_at = retired_at - make_interval(secs => $1)`,
      [seconds],
    );

  it('is published before it signs, and the former one for the overlap after that', async () => {
    await fixture.api.post(path, { name: 'x', audience: 'x', endpoint_url: fixture.transmitter.url });
    const [first] = await kids();
    const early = await signed();
    expect(early.kid).toBe(first);
    const { status, body } = await rotate({ overlap_seconds: 600 });
    const second = body.keys.find(({ kid }) => kid !== first)!.kid;
    expect([status, body.keys.map(({ kid }) => kid)]).toEqual([200, [first, second]]);
    expect(await kids()).toEqual([first, second]);
    expect((await signed()).kid).toBe(first);
    await passed(301);
    expect((await signed()).kid).toBe(second);
    expect((await kids()).toSorted()).toEqual([first, second].toSorted());
    const keys = await published();
    await new SecurityEventTokenVerifier({ issuer, audience: ['siem'], keys }).verify(early.set);
    expect(await rotate()).toMatchObject(overlapping);
    await passed(600);
    expect(await kids()).toEqual([second]);
    expect(await audited('security_event_key.rotated')).toHaveLength(1);
  });

  it('that leaked is destroyed at once, whatever waits, and the new one signs', async () => {
    const [former] = await kids();
    expect((await rotate()).status).toBe(200);
    const { body } = await rotate({ overlap_seconds: 0, replace_previous: true });
    expect(body.keys).toEqual([expect.objectContaining({ retired_at: null })]);
    expect(await kids()).toEqual([body.keys[0]!.kid]);
    expect(body.keys[0]!.kid).not.toBe(former);
    expect((await signed()).kid).toBe(body.keys[0]!.kid);
    expect(await fixture.database.query(`SELECT kid FROM security_event_key`)).toHaveLength(1);
  });

  it('is one, however many make the first or rotate at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => rotate()));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(await kids()).toHaveLength(2);
  });
});
