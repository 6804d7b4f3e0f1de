import { eventually, type ApiClient } from '#testing';
import { SecurityEventTokenVerifier } from '#resource-server';
import { decodeJwt, type JSONWebKeySet } from 'jose';
import { SecurityEventsFixture, type Person } from './security-events.fixture.js';

interface Subscriber {
  id: string;
  issuer: string;
  jwks_uri: string;
}

const path = '/v1/security-event-subscribers';
let fixture: SecurityEventsFixture;
let replica: ApiClient;
let subscribed = 0;

beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
  replica = await fixture.replica();
}, 30_000);
afterAll(() => fixture.stop());
afterEach(() => {
  fixture.transmitter.receiverAnswers.length = 0;
});

async function subscribe(wish: Record<string, unknown> = {}) {
  const at = `/receiver-${(subscribed += 1)}`;
  const { status, body } = await fixture.api.post<Subscriber>(path, {
    ...{ name: 'SIEM', audience: 'siem', endpoint_url: fixture.transmitter.url + at },
    ...wish,
  });
  expect(status).toBe(201);
  return { ...body, told: () => fixture.transmitter.to(at) };
}

async function revoke({ connection }: Person): Promise<void> {
  expect((await replica.post('/v1/revocations', { connection, reason: 'left' })).status).toBe(201);
}

/** What the relay of refresh-worker does: gives the events that have none their positions. */
async function giveOutPositions(): Promise<void> {
  const { workspace, database } = fixture;
  await database.query(
    `WITH news AS (SELECT id, row_number() OVER (ORDER BY sequence) AS row FROM outbox_event
       WHERE workspace_id = $1 AND position IS NULL),
     counter AS (INSERT INTO event_position SELECT $1, count(*) FROM news
       ON CONFLICT (workspace_id) DO UPDATE SET last = event_position.last + excluded.last RETURNING last)
     UPDATE outbox_event e SET position = (SELECT last FROM counter) - (SELECT count(*) FROM news) + n.row
     FROM news n WHERE e.workspace_id = $1 AND e.id = n.id`,
    [workspace],
  );
}

const states = (subscriber: Subscriber) =>
  fixture.database.query<{ state: string; attempts: number }>(
    `SELECT state, attempts FROM security_event_delivery WHERE subscriber_id = $1`,
    [subscriber.id],
  );

describe('a subscriber', () => {
  it('is told of a revocation once, by however many replicas, as a CAEP SET that our keys verify', async () => {
    const early = await fixture.person();
    await revoke(early);
    const subscriber = await subscribe({ authorization: 'Bearer siem-secret' });
    const person = await fixture.person();
    await revoke(person);
    await giveOutPositions();
    await eventually(async () =>
      expect(await states(subscriber)).toEqual([{ state: 'delivered', attempts: 1 }]),
    );
    const told = subscriber.told();
    expect(told).toEqual([expect.objectContaining({ method: 'POST', authorization: 'Bearer siem-secret' })]);
    const { body: keys } = await fixture.api
      .as(undefined)
      .get<JSONWebKeySet>(new URL(subscriber.jwks_uri).pathname);
    const verifier = new SecurityEventTokenVerifier({ issuer: subscriber.issuer, audience: ['siem'], keys });
    expect(await verifier.verify(told[0]!.body['set'] as string)).toMatchObject({
      subject: {
        format: 'complex',
        members: {
          user: { format: 'opaque', id: person.endUser },
          session: { format: 'opaque', id: person.connection },
        },
      },
      events: {
        'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {
          event_timestamp: expect.any(Number) as number,
        },
      },
    });
  });

  it('that knows people by address is told theirs', async () => {
    const subscriber = await subscribe({ subject_format: 'email' });
    const person = await fixture.person();
    await revoke(person);
    await giveOutPositions();
    await eventually(async () => expect(subscriber.told()).toHaveLength(1));
    expect(decodeJwt(subscriber.told()[0]!.body['set'] as string)['sub_id']).toMatchObject({
      user: { format: 'email', email: person.email },
    });
    await fixture.api.delete(`${path}/${subscriber.id}`);
  });

  it('that is down is told again, by the same jti, until it takes it', async () => {
    const subscriber = await subscribe();
    fixture.transmitter.receiverAnswers.push(503, 401);
    await revoke(await fixture.person());
    const others = (await fixture.api.get<{ data: Subscriber[] }>(path)).body.data;
    for (const { id } of others) if (id !== subscriber.id) await fixture.api.delete(`${path}/${id}`);
    await giveOutPositions();
    await eventually(async () =>
      expect(await states(subscriber)).toEqual([{ state: 'delivered', attempts: 3 }]),
    );
    const ids = subscriber.told().map(({ body }) => decodeJwt(body['set'] as string).jti);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
    await fixture.api.delete(`${path}/${subscriber.id}`);
  });

  it('that refuses a SET is not sent it again', async () => {
    const subscriber = await subscribe();
    fixture.transmitter.receiverAnswers.push(400);
    await revoke(await fixture.person());
    await giveOutPositions();
    await eventually(async () =>
      expect(await states(subscriber)).toEqual([{ state: 'failed', attempts: 1 }]),
    );
    await fixture.api.delete(`${path}/${subscriber.id}`);
  });

  it('at a private address is refused, and one that is not there cannot be deleted', async () => {
    const wish = { name: 'x', audience: 'x', endpoint_url: 'https://10.0.0.1/' };
    const { status, body } = await fixture.api.post<{ errors: unknown[] }>(path, wish);
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer: '/endpoint_url' })]]);
    expect((await fixture.api.delete(`${path}/ssb_nobody`)).status).toBe(404);
  });
});

describe('the key that a workspace signs by', () => {
  it('is published without its private half, which is sealed', async () => {
    await subscribe();
    const { body } = await fixture.api.get<JSONWebKeySet>(`/v1/security-events/${fixture.workspace}/jwks`);
    expect(body.keys).toHaveLength(1);
    expect(Object.keys(body.keys[0]!).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const [row] = await fixture.database.query<{ sealed: Buffer }>(
      `SELECT sealed_private_key AS sealed FROM security_event_key WHERE workspace_id = $1`,
      [fixture.workspace],
    );
    expect(row!.sealed.toString('latin1')).not.toContain('"d"');
  });

  it.each(['wsp_nobody', 'x%00y'])('is none for %s', async (issuer) => {
    const { body } = await fixture.api.get(`/v1/security-events/${issuer}/jwks`);
    expect(body['keys'] ?? []).toEqual([]);
  });
});
