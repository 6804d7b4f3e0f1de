import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { RedisConnections } from '#events';
import { OutboundClient, type OutboundError } from '#outbound';
import { Database, DatabaseUnavailableError, dataSourceOptions } from '#storage';
import {
  createDatabase,
  createRedis,
  eventually,
  FaultProxy,
  type TestDatabase,
  type TestRedis,
} from './index.js';

let proxy: FaultProxy;
afterEach(() => proxy.close());

describe('between the client of providers and a provider', () => {
  let received: string[] = [];
  const provider = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(chunk.toString()));
    request.on('end', () => response.end(JSON.stringify({ access_token: 'at'.repeat(200) })));
  });
  let client: OutboundClient;

  beforeAll(() => once(provider.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => new Promise((resolve) => provider.close(resolve)));
  beforeEach(async () => {
    received = [];
    proxy = await FaultProxy.to({ host: '127.0.0.1', port: (provider.address() as AddressInfo).port });
    client = new OutboundClient({ production: false, sandboxOrigin: proxy.url() });
  });
  afterEach(() => client.close());

  const body = new URLSearchParams({ refresh_token: 'rt-1', padding: 'x'.repeat(500) });
  const send = (url = `${proxy.url()}/token`, by = client) =>
    by.request(url, { method: 'POST', body, freshSocket: true, deadlineMs: 1_000 });
  const failureOf = (answer: Promise<unknown>): Promise<OutboundError> =>
    answer.then(
      () => Promise.reject(new Error('there was an answer')),
      (error: OutboundError) => error,
    );

  it('a healthy proxy changes nothing', async () => {
    expect((await send()).status).toBe(200);
    expect(proxy.bytes.toTarget).toBeGreaterThan(500);
  });

  it('a refusal is not_sent', async () => {
    proxy.refuse();
    expect(await failureOf(send())).toMatchObject({ phase: 'not_sent', reason: 'ECONNREFUSED' });
  });

  // Over TLS: without it, nobody can say whether the request or the reset was first.
  it('a reset before any byte of the request is not_sent', async () => {
    proxy.reset();
    const origin = proxy.url('https');
    const overTls = new OutboundClient({ production: false, sandboxOrigin: origin });
    expect(await failureOf(send(`${origin}/token`, overTls))).toMatchObject({ phase: 'not_sent' });
    await overTls.close();
    expect(received).toEqual([]);
  });

  it('a cut within the request is ambiguous', async () => {
    proxy.cutAfter(300, { direction: 'to-target' });
    expect(await failureOf(send())).toMatchObject({ phase: 'ambiguous', code: 'connection-lost' });
    expect(proxy.bytes.toTarget).toBe(300);
  });

  it('a cut before the answer is ambiguous, and the provider has the request', async () => {
    proxy.cutAfter(0, { direction: 'to-client' });
    expect(await failureOf(send())).toMatchObject({ phase: 'ambiguous', code: 'connection-lost' });
    expect(received.join('')).toContain('rt-1');
    expect(proxy.bytes.toClient).toBe(0);
  });

  it('a cut within the answer is ambiguous and has a status', async () => {
    proxy.cutAfter(300, { direction: 'to-client' });
    expect(await failureOf(send())).toMatchObject({ phase: 'ambiguous', status: 200 });
  });

  it('a black hole lasts until the deadline and is ambiguous', async () => {
    proxy.blackHole();
    expect(await failureOf(send())).toMatchObject({ phase: 'ambiguous', code: 'deadline-exceeded' });
    expect(received).toEqual([]);
  });

  it('a target that is gone while the client’s side stays open is ambiguous at the deadline', async () => {
    proxy.halfOpen('target');
    expect(await failureOf(send())).toMatchObject({ phase: 'ambiguous', code: 'deadline-exceeded' });
  });

  it('latency within the deadline only delays', async () => {
    proxy.latency(100);
    const begun = performance.now();
    expect((await send()).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(195);
  });

  it('is healed for the next request', async () => {
    proxy.refuse();
    await failureOf(send());
    await proxy.heal();
    expect((await send()).status).toBe(200);
  });
});

describe('between a service and Postgres', () => {
  let made: TestDatabase;
  let source: DataSource;
  let database: Database;

  beforeAll(async () => (made = await createDatabase()));
  afterAll(() => made.drop());
  beforeEach(async () => {
    proxy = await FaultProxy.toUrl(made.urlOf('refresh-worker'));
    const url = proxy.through(made.urlOf('refresh-worker'));
    const options = dataSourceOptions({ url, applicationName: 'fault-proxy', entities: [], poolSize: 1 });
    source = await new DataSource(options).initialize();
    database = new Database(source);
    await database.ping();
  });
  afterEach(async () => {
    await proxy.heal();
    await source.destroy();
  });

  it('a reset costs the pool its connection, and the next query opens another', async () => {
    proxy.reset();
    await proxy.heal();
    await eventually(() => database.ping(), 3_000);
    expect(proxy.counts.accepted).toBe(2);
  });

  it('a refusal is a database that is unavailable', async () => {
    proxy.refuse();
    proxy.reset();
    await eventually(() => expect(database.ping()).rejects.toBeInstanceOf(DatabaseUnavailableError));
    await proxy.heal();
    await eventually(() => database.ping(), 3_000);
  });

  it('an answer that is cut off leaves the statement’s effect in doubt: Postgres has it, the caller does not', async () => {
    await made.query('CREATE TABLE doubt (n int); GRANT ALL ON doubt TO PUBLIC');
    proxy.cutAfter(0, { direction: 'to-client' });
    await expect(database.acrossWorkspaces('INSERT INTO doubt VALUES (1)')).rejects.toBeInstanceOf(
      DatabaseUnavailableError,
    );
    await eventually(async () => expect(await made.query('SELECT n FROM doubt')).toEqual([{ n: 1 }]), 3_000);
  });

  it('a black hole answers nothing for as long as it lasts', async () => {
    proxy.blackHole();
    const ping = database.ping().then(
      () => 'answered',
      (error: unknown) => error,
    );
    const silence = new Promise((resolve) => setTimeout(() => resolve('silence'), 300));
    expect(await Promise.race([ping, silence])).toBe('silence');
    await proxy.heal();
    expect(await ping).toBeInstanceOf(DatabaseUnavailableError);
    await eventually(() => database.ping(), 3_000);
  });

  it('latency makes a round trip slower and nothing else', async () => {
    proxy.latency(100);
    const begun = performance.now();
    await database.ping();
    expect(performance.now() - begun).toBeGreaterThan(195);
  });
});

describe('between a service and Redis', () => {
  let made: TestRedis;
  let redis: RedisConnections;

  beforeAll(async () => (made = await createRedis()));
  afterAll(() => made.drop());
  beforeEach(async () => {
    proxy = await FaultProxy.toUrl(made.url);
    redis = new RedisConnections(proxy.through(made.url), 'fault-proxy');
    await eventually(() => redis.ping(), 3_000);
  });
  afterEach(() => redis.onApplicationShutdown());

  it('an outage fails commands at once, and the connection comes back by itself', async () => {
    proxy.refuse();
    proxy.reset();
    await eventually(() => expect(redis.ping()).rejects.toThrow());
    expect(redis.isReady).toBe(false);
    await proxy.heal();
    await eventually(() => redis.ping(), 5_000);
  });

  it('a black hole fails a command within its own deadline', async () => {
    proxy.blackHole();
    const begun = performance.now();
    await expect(redis.ping()).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});

it('a proxy that was closed is a port where nobody listens', async () => {
  proxy = await FaultProxy.to({ host: '127.0.0.1', port: 1 });
  await proxy.close();
  const [error] = (await once(connectTcp(proxy.port, '127.0.0.1'), 'error').catch((e: unknown) => [e])) as [
    NodeJS.ErrnoException,
  ];
  expect(error.code).toBe('ECONNREFUSED');
});
