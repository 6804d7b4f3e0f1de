import { eventually } from '#testing';
import { jest } from '@jest/globals';
import { SecurityEventsFixture, type Stream } from './security-events.fixture.js';

jest.setTimeout(40_000);

let fixture: SecurityEventsFixture;
let stream: Stream;

beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
  stream = await fixture.stream();
}, 30_000);
afterAll(() => fixture.stop());

const seed = (name: string, { received, issued, state = 'processed', count = 1 }: Seed) =>
  fixture.database.query(
    `INSERT INTO security_event (workspace_id, id, stream_id, jti, issued_at, events, state, received_at)
     SELECT $1, 'sev_' || $2 || n, $3, $2 || n, now() - make_interval(days => $5), '{}', $6,
       now() - make_interval(days => $4) FROM generate_series(1, $7::integer) AS n`,
    [fixture.workspace, name, stream.id, received, issued, state, count],
  );
interface Seed {
  received: number;
  issued: number;
  state?: string;
  count?: number;
}

const seconds = (daysAgo: number) => Math.floor(Date.now() / 1_000 - daysAgo * 86_400);

it('forgets security events 90 days after they came and were issued, and those that nobody processed never', async () => {
  await seed('old', { received: 91, issued: 91, count: 2_100 });
  await seed('young', { received: 89, issued: 400 });
  await seed('of-tomorrow', { received: 91, issued: 89 });
  await seed('pending', { received: 400, issued: 400, state: 'pending' });
  await fixture.stopService();
  fixture.api = await fixture.replica();
  const left = async () => (await fixture.received(stream)).map(({ jti }) => jti).sort();
  await eventually(async () => expect(await left()).toEqual(['of-tomorrow1', 'pending1', 'young1']), 20_000);
});

it('forgets what subscribers were told 90 days after that, and what they are still to be told never', async () => {
  await fixture.database.query(
    `WITH subscriber AS (INSERT INTO security_event_subscriber (workspace_id, id, name, endpoint_url, audience, subject_format)
       VALUES ($1, 'ssb_1', 'SIEM', 'https://siem.example', 'siem', 'opaque'))
     INSERT INTO security_event_delivery (workspace_id, subscriber_id, event_id, occurred_at, data, state, due_at, updated_at)
     SELECT $1, 'ssb_1', state || days, now(), '{}', state, now() + interval '1 day', now() - make_interval(days => days)
     FROM unnest(ARRAY['delivered', 'failed', 'pending']) AS state, unnest(ARRAY[89, 91]) AS days`,
    [fixture.workspace],
  );
  await fixture.stopService();
  fixture.api = await fixture.replica();
  const left = async () =>
    (await fixture.database.query<{ id: string }>(`SELECT event_id AS id FROM security_event_delivery`))
      .map(({ id }) => id)
      .sort();
  await eventually(async () =>
    expect(await left()).toEqual(['delivered89', 'failed89', 'pending89', 'pending91']),
  );
});

it('takes no SET that is as old as what it has forgotten, and knows every jti that it would take', async () => {
  const replayed = { claims: { jti: 'replayed', iat: seconds(91) } };
  const refused = await fixture.push(stream, replayed);
  expect([refused.status, JSON.parse(refused.text)]).toEqual([
    400,
    { err: 'invalid_request', description: 'it was issued more than 90 days ago' },
  ]);
  const late = { claims: { jti: 'late', iat: seconds(89) } };
  for (const forgery of [late, late]) expect((await fixture.push(stream, forgery)).status).toBe(202);
  expect((await fixture.received(stream)).filter(({ jti }) => jti === 'late')).toHaveLength(1);
  expect((await fixture.received(stream)).filter(({ jti }) => jti === 'replayed')).toEqual([]);
});
