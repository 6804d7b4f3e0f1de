import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { startRedis } from '#testing';
import {
  currentQueueEpoch,
  EventStream,
  QUEUE_PREFIX,
  REFRESH_QUEUE,
  RedisConnections,
  RefreshQueue,
  RefreshSignal,
  RevocationQueue,
  type CloudEvent,
  type RefreshEnded,
  type RefreshJob,
} from './index.js';

let server: Awaited<ReturnType<typeof startRedis>>;
let connections: RedisConnections;

beforeAll(async () => {
  server = await startRedis();
});

beforeEach(async () => {
  connections = new RedisConnections(server.url, 'spec');
  await until(() => connections.ping());
  await connections.commands.flushall();
});

afterEach(() => connections.onApplicationShutdown());
afterAll(() => server.stop());

const job = { workspace: 'wsp_1', connection: 'con_1', slot: 'default', generation: 3 };
const ended: RefreshEnded = { ...job, generation: 4, outcome: 'refreshed' };

const anEvent = (position: number): CloudEvent => ({
  specversion: '1.0',
  id: `evt_${position}`,
  source: '/workspaces/wsp_1',
  type: 'token.refreshed',
  subject: 'con_1',
  time: new Date(0).toISOString(),
  datacontenttype: 'application/json',
  position,
  data: {},
});

async function until(condition: () => unknown, timeoutMs = 5_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      if ((await condition()) !== false) return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (Date.now() > end) throw new Error('it did not happen in time');
  }
}

async function connected<Q extends RefreshQueue | RevocationQueue>(queue: Q): Promise<Q> {
  await until(() => queue.counts());
  return queue;
}

describe('the refresh queue', () => {
  it('holds one job a slot and generation, and one more for a caller who waits', async () => {
    const queue = await connected(new RefreshQueue(connections));
    await queue.addPlanned([{ slotId: 'slt_1', dueInMs: 0, job }]);
    await queue.addPlanned([{ slotId: 'slt_1', dueInMs: 0, job }]);
    await Promise.all([queue.addOnDemand('slt_1', job), queue.addOnDemand('slt_1', job)]);
    expect(await queue.counts()).toMatchObject({ waiting: 1, prioritized: 1, delayed: 0 });
    await queue.close();
  });

  it('serves the caller who waits before what is planned, and forgets both when they are done', async () => {
    const queue = await connected(new RefreshQueue(connections));
    await queue.addPlanned([1, 2].map((n) => ({ slotId: `slt_${n}`, dueInMs: 0, job })));
    await queue.addOnDemand('slt_2', job);
    const served: string[] = [];
    const worker = new Worker<RefreshJob>(REFRESH_QUEUE, async ({ data }) => void served.push(data.trigger), {
      connection: connections.openWaiting('worker'),
      prefix: QUEUE_PREFIX,
    });
    await until(() => served.length === 3);
    expect(served[0]).toBe('on_demand');
    await until(async () => Object.values(await queue.counts()).every((count) => count === 0));
    await queue.addOnDemand('slt_2', job);
    await until(() => served.length === 4);
    await worker.close();
    await queue.close();
  });
});

describe('the revocation queue', () => {
  it('wakes once an attempt', async () => {
    const queue = await connected(new RevocationQueue(connections));
    const wake = (attempts: number) =>
      queue.wake({ id: 'rvi_1', attempts }, { workspace: 'wsp_1', item: 'rvi_1' });
    await Promise.all([wake(0), wake(0), wake(1)]);
    expect((await queue.counts())['waiting']).toBe(2);
    await queue.close();
  });
});

describe('the queue epoch', () => {
  it('is one for all replicas and another after a FLUSHALL', async () => {
    const epochs = await Promise.all([1, 2, 3].map(() => currentQueueEpoch(connections.commands)));
    expect(new Set(epochs).size).toBe(1);
    await connections.commands.flushall();
    expect(await currentQueueEpoch(connections.commands)).not.toBe(epochs[0]);
  });
});

describe('the refresh signal', () => {
  it('reaches every listener of every replica and nobody who stopped', async () => {
    const other = new RedisConnections(server.url, 'other');
    const heard: string[] = [];
    const signals = [new RefreshSignal(connections), new RefreshSignal(other)];
    signals.forEach((signal, n) => signal.listen(({ generation }) => void heard.push(`${n} ${generation}`)));
    const stop = signals[0]!.listen(() => void heard.push('stopped'));
    stop();
    const spy = new Redis(server.url);
    await until(async () => ((await spy.pubsub('NUMSUB', 'evergrant:refresh-ended'))[1] as number) === 2);
    await signals[1]!.announce(ended);
    await until(() => heard.length === 2);
    expect(heard.toSorted()).toEqual(['0 4', '1 4']);
    spy.disconnect();
    other.onApplicationShutdown();
  });
});

describe('the event stream', () => {
  it('keeps the order it was given', async () => {
    const stream = new EventStream(connections);
    await stream.publish([anEvent(1), anEvent(2)]);
    await stream.publish([anEvent(3)]);
    const entries = await connections.commands.xrange('evergrant:events', '-', '+');
    expect(entries.map(([, fields]) => (JSON.parse(fields[1]!) as CloudEvent).position)).toEqual([1, 2, 3]);
  });

  it('wakes its consumers, also after Redis was gone', async () => {
    const stream = new EventStream(connections);
    const stop = new AbortController();
    let woken = 0;
    const listening = stream.onPublished('consumer', () => (woken += 1), stop.signal);
    await until(async () => {
      await stream.publish([anEvent(1)]);
      return woken > 0;
    });
    await server.kill();
    await expect(stream.publish([anEvent(2)])).rejects.toThrow();
    await server.start();
    const before = woken;
    await until(async () => {
      await stream.publish([anEvent(2)]);
      return woken > before;
    }, 10_000);
    stop.abort();
    await listening;
  });
});

describe('Redis that is gone', () => {
  it('refuses commands at once instead of keeping them', async () => {
    const queue = await connected(new RefreshQueue(connections));
    await queue.addOnDemand('slt_1', job);
    await server.kill();
    const began = performance.now();
    await expect(queue.addOnDemand('slt_2', job)).rejects.toThrow();
    await expect(connections.ping()).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(4_500);
    await server.start();
    await until(() => queue.addOnDemand('slt_3', job));
    await queue.close();
  }, 15_000);
});
