import { Redis } from 'ioredis';
import { startRedis } from '#testing';
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
