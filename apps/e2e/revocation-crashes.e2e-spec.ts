import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { withConnection } from '#embedded';
import { ApiClient, eventually, startPostgres, startRedis, startSystem, type RunningSystem } from '#testing';
import { reconnecting } from './steps/connect.js';
import { grantedConnections, type GrantedConnection } from './steps/granted-connections.js';
import { ReplicaReaders } from './steps/replica-readers.js';
import { notDeadAnywhere, racesAmong, wrongAfterAnswer, type History } from './steps/revocation-history.js';
import { createSandboxIntegration, type SandboxIntegration } from './steps/sandbox-integration.js';

const replicas = 3;
const races = 240;
const atOnce = 12;
const reconnectEvery = 8;
const withinMs = 400;
/** Killed in turn, while the races go on. */
const victims = ['revocation-audit', 'postgres', 'revocation-audit-2', 'redis'];
const calmMs = 700;
/** The launcher waits twice as long before each next start. */
const timesEach = 4;

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: Awaited<ReturnType<typeof startRedis>>;
let system: RunningSystem | undefined;
let api: ApiClient;
let readers: ReplicaReaders;
let integration: SandboxIntegration;
let granted: GrantedConnection[];

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  system = await startSystem({
    replicas: `auth-flow=${replicas},revocation-audit=2`,
    // Redis keeps nothing: whenever it is killed, it comes back empty.
    env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url },
  });
  api = new ApiClient(system.bootstrap.public_url, system.bootstrap.api_key);
  readers = new ReplicaReaders(system, replicas);
  integration = await createSandboxIntegration(api, new ApiClient(system.bootstrap.sandbox_url));
  granted = await grantedConnections(system, postgres.url, integration, races);
}, 180_000);

afterAll(async () => {
  await readers?.close();
  await system?.stop();
  await Promise.all([postgres?.stop(), redis?.stop()]);
}, 60_000);

const later = <T>(work: () => Promise<T>): Promise<T> => pause(Math.random() * withinMs).then(work);

/** Asks until it is answered, as a client does that knows nothing of its last question: under one idempotency key. */
async function revoke(connection: string): Promise<{ id: string; asked: number }> {
  const key = { 'idempotency-key': randomUUID() };
  for (let asked = 1; ; asked++) {
    const answer = await api
      .post<{ id: string }>('/v1/revocations', { connection, reason: 'a leak' }, key)
      .catch(() => undefined);
    if (answer?.status === 200 || answer?.status === 201) return { id: answer.body.id, asked };
    // Anything else than an outage, or that it may be under way, is no answer to live with.
    if (answer && ![409, 502, 503, 504].includes(answer.status)) throw new Error(JSON.stringify(answer.body));
    await pause(50);
  }
}

interface Ended extends History {
  revocation: string;
  asked: number;
}

async function race(number: number, { connection, endUser }: GrantedConnection): Promise<Ended> {
  const wish = { connection, end_user: endUser };
  // Where somebody is being killed the way to the provider may be shut: then nobody comes back.
  const comeBack =
    number % reconnectEvery === 0
      ? await reconnecting(api, integration, system!.bootstrap.sandbox_user, wish).catch(() => undefined)
      : undefined;
  let over = false;
  const reading = readers.readUntil(connection, () => over);
  const others = [
    later(() => api.post(`/v1/connections/${connection}/refresh`, {})),
    later(async () => comeBack?.()),
  ];
  const { id: revocation, asked } = await later(() => revoke(connection));
  const answeredAt = performance.now();
  over = true;
  const reads = await reading;
  await Promise.allSettled(others);
  return { connection, reads, answeredAt, revocation, asked };
}

/** Kills one after the other, so often each. */
async function havoc(): Promise<void> {
  for (let turn = 0; turn < victims.length * timesEach; turn++) {
    await pause(calmMs * (0.5 + Math.random()));
    await strike(victims[turn % victims.length]!);
  }
}

async function strike(victim: string): Promise<void> {
  if (victim === 'postgres') {
    await postgres.stopAtOnce();
    return postgres.start();
  }
  if (victim === 'redis') {
    await redis.kill();
    return redis.start();
  }
  try {
    // The launcher starts it again.
    process.kill(system!.pidOf(victim), 'SIGKILL');
  } catch {
    // It has not come back yet.
  }
}

/** What waits for its time is due now, as time would have it. */
const hurry = () =>
  withConnection(postgres.url, async (client) => {
    await client.query(
      `UPDATE revocation_item SET next_attempt_at = now() WHERE next_attempt_at > now()
         AND updated_at < now() - interval '2 seconds'`,
    );
    await client.query(
      `UPDATE connection_slot SET lease_until = now() WHERE lease_until IS NOT NULL AND lease_until > now()`,
    );
    await client.query(`UPDATE refresh_attempt SET resolve_at = now() WHERE closed_at IS NULL`);
  });

const statesOf = (table: 'connection' | 'revocation_item') =>
  withConnection(postgres.url, async (client) => {
    const { rows } = await client.query<{ state: string; count: number }>(
      `SELECT state, count(*)::int AS count FROM ${table} GROUP BY state`,
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  });

it('holds what it answered, and ends all that was asked for, while revocation-audit and Postgres are killed', async () => {
  const ended: Ended[] = [];
  let number = 0;
  const runner = async (): Promise<void> => {
    while (number < races) {
      const mine = number++;
      ended.push(await race(mine, granted[mine]!));
    }
  };
  await Promise.all([havoc(), ...Array.from({ length: atOnce }, runner)]);
  const raced = racesAmong(ended, replicas);
  const askedAgain = ended.filter(({ asked }) => asked > 1).length;
  // For whoever runs it: how much of a race it was.
  process.stdout.write(`${JSON.stringify({ ...raced, askedAgain })}\n`);
  expect(askedAgain).toBeGreaterThan(0);
  expect(Math.min(raced.servedBefore, raced.refusedAfterEverywhere)).toBeGreaterThan(races / 2);
  // Postgres gone is told as such; a token is never served after the answer.
  expect(wrongAfterAnswer(ended, [410, 503])).toEqual([]);
  expect(new Set(ended.map(({ revocation }) => revocation)).size).toBe(races);
  await eventually(async () => {
    await hurry();
    expect(await statesOf('connection')).toEqual({ revoked: races });
  }, 90_000);
  const told = await Promise.all(
    ended.map(({ revocation }) => api.get<{ state: string }>(`/v1/revocations/${revocation}`)),
  );
  expect(new Set(told.map(({ body }) => body.state))).toEqual(new Set(['finished']));
  const { revoked = 0, verified_dead: dead = 0 } = await statesOf('revocation_item');
  expect(revoked + dead).toBe(races);
  const connections = ended.map(({ connection }) => connection);
  expect(await notDeadAnywhere(readers, connections)).toEqual([]);
}, 300_000);
