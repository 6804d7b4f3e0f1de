import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { ApiClient, eventually, ScriptedBrowser, startSystem, type RunningSystem } from '#testing';
import { connect, consent, createSession, type User } from './steps/connect.js';
import { createSandboxIntegration, type SandboxIntegration } from './steps/sandbox-integration.js';

const races = 1_000;
const atOnce = 20;
/** Every how many races a new consent comes back as well: it takes a person's whole way through the pages. */
const reconnectEvery = 4;
/** How long readers go on asking after the answer. */
const afterwardsMs = 30;

let system: RunningSystem | undefined;
let api: ApiClient;
let user: User;
let integration: SandboxIntegration;
/** Each of the three replicas by itself: the gateway would choose one. */
let replicas: Pool[] = [];
let apiKey: string;

beforeAll(async () => {
  system = await startSystem({ replicas: 'auth-flow=3,refresh-worker=2,revocation-audit=2' });
  const { public_url, api_key, sandbox_url, sandbox_user } = system.bootstrap;
  apiKey = api_key;
  api = new ApiClient(public_url, api_key);
  user = sandbox_user;
  integration = await createSandboxIntegration(api, new ApiClient(sandbox_url));
  const { port } = system;
  replicas = [port + 1, port + 10, port + 11].map(
    (own) => new Pool(`http://127.0.0.1:${own}`, { connections: 64 }),
  );
}, 120_000);

afterAll(async () => {
  await Promise.all(replicas.map((pool) => pool.close()));
  await system?.stop();
}, 60_000);

interface EndUser {
  id: string;
  display_name: string;
}

interface Read {
  begunAt: number;
  status: number;
}

/** What happened in one race, on this process's one clock. */
interface History {
  connection: string;
  reads: Read[];
  /** When the revocation's answer had come. */
  revokedAt: number;
}

async function readUntil(
  replica: Pool,
  connection: string,
  reads: Read[],
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const begunAt = performance.now();
    const { statusCode, body } = await replica.request({
      method: 'GET',
      path: `/v1/connections/${connection}/token`,
      headers: { authorization: `Bearer ${apiKey}` },
    });
    await body.dump();
    reads.push({ begunAt, status: statusCode });
  }
}

/** A consent for the same connection, given by its user and not yet back here. */
async function reconnecting(connection: string, endUser: EndUser): Promise<() => Promise<unknown>> {
  const session = await createSession(api, integration, {
    connection,
    end_user: endUser,
    return_url: undefined,
  });
  const browser = new ScriptedBrowser();
  const page = await browser.open(session.url);
  const stopping = browser.stoppingAt(new URL(session.url).origin);
  const { leftFor } = await consent(stopping, await stopping.follow(page, /\/start$/), user);
  return () => browser.open(leftFor!);
}

/** Readers on every replica, a refresh, a new consent that comes back, and somewhere among them the revocation. */
async function race(number: number): Promise<History> {
  const endUser = { id: `user-${number}`, display_name: 'Ada' };
  const connection = await connect(api, integration, user, endUser);
  const comeBack = number % reconnectEvery === 0 ? await reconnecting(connection, endUser) : undefined;
  const reads: Read[] = [];
  let over = false;
  const readers = replicas.map((replica) => readUntil(replica, connection, reads, () => over));
  const later = <T>(work: () => Promise<T>) => pause(Math.random() * 25).then(work);
  const others = [
    later(() => api.post(`/v1/connections/${connection}/refresh`, {})),
    later(() => api.post(`/v1/connections/${connection}/refresh`, {})),
    ...(comeBack ? [later(comeBack)] : []),
  ];
  const revoked = await later(() => api.post('/v1/revocations', { connection, reason: `race ${number}` }));
  const revokedAt = performance.now();
  expect(revoked.status).toBe(201);
  await Promise.all(others);
  await pause(afterwardsMs);
  over = true;
  await Promise.all(readers);
  return { connection, reads, revokedAt };
}

const stateOf = async (connection: string) =>
  (await api.get<{ state: string }>(`/v1/connections/${connection}`)).body.state;

it('serves no read that begins after a revocation was answered, and brings no connection back, in 1,000 races', async () => {
  const histories: History[] = [];
  let number = 0;
  const runner = async (): Promise<void> => {
    while (number < races) histories.push(await race(number++));
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
  const served = histories.flatMap(({ connection, reads, revokedAt }) =>
    reads
      .filter(({ begunAt, status }) => begunAt > revokedAt && status !== 410)
      .map(({ status }) => `${connection} ${status}`),
  );
  expect(served).toEqual([]);
  const count = (wanted: (read: Read, at: number) => boolean) =>
    histories.reduce(
      (sum, { reads, revokedAt }) => sum + reads.filter((read) => wanted(read, revokedAt)).length,
      0,
    );
  // The races were races: tokens were served before, and asked for afterwards.
  expect(count(({ status }) => status === 200)).toBeGreaterThan(races);
  expect(count(({ begunAt }, revokedAt) => begunAt > revokedAt)).toBeGreaterThan(races);
  // Once the providers are told, and whatever was in flight has come to its end, all are still dead.
  await eventually(async () => {
    const page = await api.get<{ data: object[] }>(
      `/v1/connections?integration=${integration.id}&state=revoking&limit=1`,
    );
    expect(page.body.data).toEqual([]);
  }, 120_000);
  const states = new Set<string>();
  for (const { connection } of histories) states.add(await stateOf(connection));
  expect([...states]).toEqual(['revoked']);
}, 400_000);
