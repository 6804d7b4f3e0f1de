import { eventually, type ApiClient } from '#testing';
import { SecurityEventTokenVerifier } from '#resource-server';
import { decodeJwt, type JSONWebKeySet } from 'jose';
import { everythingInPostgres } from '../token-lookups/everything-kept.fixture.js';
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
  return { ...body, at, told: () => fixture.transmitter.to(at) };
}

/** Revocations that a subscriber is to be told of, as if they had been written down so many days ago. */
async function due({ id }: Subscriber, count: number, daysAgo = 0): Promise<void> {
  await fixture.database.query(
    `INSERT INTO security_event_delivery (workspace_id, subscriber_id, event_id, occurred_at, data, state, due_at)
     SELECT $1, $2, 'evt_' || $2 || n, now() - $4 * interval '1 day',
       '{"connection": "con_x", "end_user": "user-x", "integration": "int_x", "provider": "sandbox"}', 'pending', now() - interval '1 minute'
     FROM generate_series(1, $3::integer) AS n`,
    [fixture.workspace, id, count, daysAgo],
  );
}

async function failuresOf({ id }: Subscriber): Promise<number> {
  const [row] = await fixture.database.query<{ failures: number }>(
    `SELECT failures FROM security_event_subscriber WHERE id = $1`,
    [id],
  );
  return row!.failures;
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
  }, 20_000);

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

  it('that answers nothing keeps none of the others waiting', async () => {
    const [silent, other] = [await subscribe(), await subscribe()];
    fixture.transmitter.silent.add(silent.at);
    await due(silent, 60);
    // Of each replica its share, and no more while those are on the way; each once.
    await eventually(async () => expect(silent.told()).toHaveLength(20));
    await due(other, 1);
    await eventually(async () => expect(other.told()).toHaveLength(1));
    expect(silent.told()).toHaveLength(20);
    const ids = silent.told().map(({ body }) => decodeJwt(body['set'] as string).jti);
    expect(new Set(ids).size).toBe(20);
    await fixture.api.delete(`${path}/${silent.id}`);
    fixture.transmitter.silent.clear();
  });

  it('that is down is left alone, asked with one SET now and then, and told everything when it is back', async () => {
    const subscriber = await subscribe();
    fixture.transmitter.broken.add(subscriber.at);
    await due(subscriber, 60);
    await eventually(async () => expect(await failuresOf(subscriber)).toBe(2));
    // Each replica's share, and then one each.
    expect(subscriber.told().length).toBeLessThan(30);
    fixture.transmitter.broken.clear();
    const isTold = ({ state }: { state: string }) => state === 'delivered';
    await eventually(async () => expect((await states(subscriber)).filter(isTold)).toHaveLength(60));
    expect(await failuresOf(subscriber)).toBe(0);
    await fixture.api.delete(`${path}/${subscriber.id}`);
  }, 20_000);

  it('that was down for ten days is not told of what is older', async () => {
    const subscriber = await subscribe();
    fixture.transmitter.broken.add(subscriber.at);
    await due(subscriber, 15, 11);
    await eventually(async () => {
      const ended = (await states(subscriber)).map(({ state }) => state);
      expect([...new Set(ended)]).toEqual(['failed']);
    });
    fixture.transmitter.broken.clear();
    await fixture.api.delete(`${path}/${subscriber.id}`);
  });

  it('that knows people by address is told of an erased connection without it, and no copy of it is kept', async () => {
    const subscriber = await subscribe({ subject_format: 'email' });
    const { database, transmitter } = fixture;
    transmitter.broken.add(subscriber.at);
    const person = await fixture.person();
    await revoke(person);
    await giveOutPositions();
    await eventually(async () => expect(subscriber.told().length).toBeGreaterThanOrEqual(1));
    await database.query(`DELETE FROM connection WHERE id = $1`, [person.connection]);
    expect(await everythingInPostgres(database)).not.toContain(person.email);
    transmitter.broken.clear();
    const kept = () =>
      database.query(`SELECT state, data FROM security_event_delivery WHERE subscriber_id = $1`, [
        subscriber.id,
      ]);
    await eventually(async () => expect(await kept()).toEqual([{ state: 'delivered', data: {} }]));
    const { sub_id: subject } = decodeJwt(subscriber.told().at(-1)!.body['set'] as string);
    expect(subject).toEqual({ format: 'complex', session: { format: 'opaque', id: person.connection } });
    await fixture.api.delete(`${path}/${subscriber.id}`);
  }, 20_000);

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
