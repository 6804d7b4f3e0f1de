import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, eventually, startPostgres, startSystem, type RunningSystem } from '#testing';
import { reconnecting } from './steps/connect.js';
import { grantedConnections, type GrantedConnection } from './steps/granted-connections.js';
import { ReplicaReaders } from './steps/replica-readers.js';
import { notDeadAnywhere, racesAmong, wrongAfterAnswer, type History } from './steps/revocation-history.js';
import { createSandboxIntegration, type SandboxIntegration } from './steps/sandbox-integration.js';

const replicas = 3;
const races = 1_000;
const atOnce = 24;
/** Every how many races a new consent comes back as well: it takes a person's whole way through the pages. */
const reconnectEvery = 4;
/** Within how long all of a race begins; the revocation may come later, so that what it races with wins at times. */
const withinMs = 25;
const revokedWithinMs = 400;

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let system: RunningSystem | undefined;
let api: ApiClient;
let readers: ReplicaReaders;
let integration: SandboxIntegration;
let granted: GrantedConnection[];
/** How often each end of a refresh and of a new consent came. */
const ends: Record<string, number> = {};

beforeAll(async () => {
  postgres = await startPostgres();
  system = await startSystem({
    replicas: `auth-flow=${replicas},refresh-worker=2,revocation-audit=2`,
    env: { DATABASE_URL: postgres.url },
  });
  api = new ApiClient(system.bootstrap.public_url, system.bootstrap.api_key);
  readers = new ReplicaReaders(system, replicas);
  integration = await createSandboxIntegration(api, new ApiClient(system.bootstrap.sandbox_url));
  granted = await grantedConnections(system, postgres.url, integration, races);
}, 180_000);

afterAll(async () => {
  await readers?.close();
  await system?.stop();
  await postgres?.stop();
}, 60_000);

const later = <T>(work: () => Promise<T>, ms = withinMs): Promise<T> => pause(Math.random() * ms).then(work);

/** Readers on every replica, refreshes, a new consent that comes back, and somewhere among them the revocation. */
async function race(number: number, { connection, endUser }: GrantedConnection): Promise<History> {
  const { sandbox_user: user } = system!.bootstrap;
  const wish = { connection, end_user: endUser };
  const comeBack =
    number % reconnectEvery === 0 ? await reconnecting(api, integration, user, wish) : undefined;
  let over = false;
  const reading = readers.readUntil(connection, () => over);
  const refresh = async () => {
    const { status, body } = await api.post(`/v1/connections/${connection}/refresh`, {});
    return `refresh ${status} ${String(body['outcome'] ?? body['type'])}`;
  };
  const others = [
    later(refresh),
    later(refresh),
    ...(comeBack ? [later(async () => `consent ${(await comeBack()).status}`)] : []),
  ];
  const revoked = await later(
    () => api.post('/v1/revocations', { connection, reason: `race ${number}` }),
    revokedWithinMs,
  );
  const answeredAt = performance.now();
  expect(revoked.status).toBe(201);
  over = true;
  const reads = await reading;
  for (const end of await Promise.all(others)) ends[end] = (ends[end] ?? 0) + 1;
  return { connection, reads, answeredAt };
}

interface StatePage {
  data: { state: string }[];
  next_cursor: string | null;
}

async function statesOf(): Promise<Record<string, number>> {
  const states: Record<string, number> = {};
  let cursor: string | null = '';
  while (cursor !== null) {
    const path: string = `/v1/connections?integration=${integration.id}&limit=200${cursor && `&cursor=${cursor}`}`;
    const { body } = await api.get<StatePage>(path);
    for (const { state } of body.data) states[state] = (states[state] ?? 0) + 1;
    cursor = body.next_cursor;
  }
  return states;
}

it('serves no read that begins after a revocation was answered, and brings no connection back, in 1,000 races', async () => {
  const histories: History[] = [];
  let number = 0;
  const runner = async (): Promise<void> => {
    while (number < races) {
      const mine = number++;
      histories.push(await race(mine, granted[mine]!));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
  const raced = racesAmong(histories, replicas);
  // For whoever runs it: how much of a race it was.
  process.stdout.write(`${JSON.stringify({ ...raced, ...ends })}\n`);
  expect(wrongAfterAnswer(histories, [410])).toEqual([]);
  expect(raced.refusedAfterEverywhere).toBe(races);
  expect(Math.min(raced.servedBefore, raced.readAcross)).toBeGreaterThan(races / 2);
  expect(ends['refresh 200 refreshed']).toBeGreaterThan(0);
  // Once the providers are told, and whatever was in flight has come to its end, all are still dead.
  await eventually(async () => expect(await statesOf()).toEqual({ revoked: races }), 120_000);
  const connections = histories.map(({ connection }) => connection);
  expect(await notDeadAnywhere(readers, connections)).toEqual([]);
}, 400_000);
