import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { startRedis } from '#testing';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  configClass,
  createService,
  DenialRecorder,
  KeyDirectory,
  RateLimitStore,
  RequirePermission,
  serviceSettings,
} from '../index.js';
import { RateLimit } from './rate-limits.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 400));

describe('a rate limit', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  const clients: Redis[] = [];
  const limits: RateLimit[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(async () => {
    for (const limit of limits) limit.close();
    for (const client of clients) client.disconnect();
    await server.stop();
  });

  async function replica(name: string, limit: number): Promise<RateLimit> {
    const client = new Redis(server.url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    await new Promise((resolve) => client.once('ready', resolve));
    clients.push(client);
    const made = new RateLimit(name, limit, { client });
    limits.push(made);
    return made;
  }

  const takeTimes = (limit: RateLimit, key: string, times: number) =>
    Array.from({ length: times }, () => limit.take(key).allowed);

  it('holds over all replicas, and for each key alone', async () => {
    const [one, two] = [await replica('shared', 10), await replica('shared', 10)];
    expect(takeTimes(one, 'key_a', 6)).not.toContain(false);
    await settle();
    takeTimes(two, 'key_a', 1);
    await settle();
    expect(takeTimes(two, 'key_a', 6)).toContain(false);
    expect(two.take('key_b').allowed).toBe(true);
  });

  it('says how much is left and when it starts anew', async () => {
    const limit = await replica('told', 5);
    expect(limit.take('key')).toMatchObject({ allowed: true, remaining: 4 });
    expect(limit.take('key').resetSeconds).toBeLessThanOrEqual(60);
  });

  it('counts in the process while Redis is gone', async () => {
    const limit = await replica('alone', 5);
    await server.kill();
    expect(takeTimes(limit, 'key', 5)).not.toContain(false);
    await settle();
    expect(limit.take('key').allowed).toBe(false);
    await server.start();
  });
});

@Controller('v1/notes')
class NotesController {
  @Get()
  @RequirePermission('connections:read', { quota: 'reports' })
  list() {
    return [];
  }
}

/** Every key is one of its own, in one of two workspaces. */
class Keys extends KeyDirectory {
  async find(hash: Buffer) {
    const id = hash.toString('hex');
    const workspace = hash.equals(stranger) ? 'wsp_other' : 'wsp_1';
    return { id, name: 'test', workspace, scopes: ['connections:read'] };
  }
}

class Denials extends DenialRecorder {
  record(): void {}
}

class NotesConfig extends configClass('notes', serviceSettings) {}

const keyOf = (name: string) => `evg_${name.padEnd(43, '0')}`;
const stranger = createHash('sha256').update(keyOf('stranger')).digest();

describe('two replicas of a service', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  const apps: NestFastifyApplication[] = [];
  const clients: Redis[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    for (const client of clients.splice(0)) client.disconnect();
  });

  afterAll(() => server.stop());

  async function replica(settings: Record<string, string>): Promise<NestFastifyApplication> {
    const client = new Redis(server.url);
    clients.push(client);
    @Module({
      controllers: [NotesController],
      providers: [
        { provide: KeyDirectory, useClass: Keys },
        { provide: DenialRecorder, useClass: Denials },
        { provide: RateLimitStore, useValue: { client } },
      ],
    })
    class NotesModule {}
    const config = new NotesConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...settings });
    const app = await createService({ service: 'notes', module: NotesModule, config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    apps.push(app);
    return app;
  }

  async function statusOf(app: NestFastifyApplication, key: string, address: string): Promise<number> {
    const headers = { authorization: `Bearer ${keyOf(key)}`, 'x-forwarded-for': address };
    return (await app.inject({ method: 'GET', url: '/v1/notes', headers })).statusCode;
  }

  it.each([
    // Whoever shares nothing with the others is still let in: the workspace's limit is not the stranger's, nor the address's.
    ['RATE_LIMIT_PER_WORKSPACE', { key: 'stranger', address: '203.0.113.1' }],
    ['QUOTA_REPORTS', { key: 'stranger', address: '203.0.113.1' }],
    ['RATE_LIMIT_PER_ADDRESS', { key: 'a', address: '203.0.113.2' }],
  ])('hold %s together', async (setting, free) => {
    const settings = { [setting]: '10' };
    const [one, two] = [await replica(settings), await replica(settings)];
    for (let i = 0; i < 10; i++) expect(await statusOf(one, `a${i}`, '203.0.113.1')).toBe(200);
    await settle();
    // The first request there brings its count to the others, and theirs back.
    await statusOf(two, 'b', '203.0.113.1');
    await settle();
    expect(await statusOf(two, 'c', '203.0.113.1')).toBe(429);
    expect(await statusOf(two, free.key, free.address)).toBe(200);
    await clients[0]!.flushall();
  });
});
