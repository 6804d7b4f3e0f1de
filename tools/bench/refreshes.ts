import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withConnection } from '#embedded';
import { startRedis } from '#testing';
import { createKeyFile } from '#vault';
import type { BareSlot } from './bare-refresh.js';
import { BenchProcess } from './bench-process.js';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { median } from './median.js';
import { seedMany } from './seed-many.js';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const atOnce = 50;
const connections = Number(process.env['BENCH_CONNECTIONS'] ?? 4_000);
const warmUp = 500;
/** The engine's own number, which is the best for the floor too: more connections only queue for two cores. */
const pool = 10;
const pacedPerSecond = 100;
const pacedSeconds = 10;
const providerMs = 20;

/** Refreshes through the service as it is, Nest, BullMQ and all, beside the same commits and request in a bare loop. */
export async function refreshes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-refreshes-'));
  const keyFile = join(folder, 'keys.json');
  createKeyFile(keyFile);
  const postgres = await DurablePostgres.start();
  const redis = await startRedis();
  try {
    const [engine, floor] = [await postgres.database('engine'), await postgres.database('floor')];
    await seedMany(engine, keyFile, connections);
    const slots = await seedMany(floor, keyFile, connections);
    const worker = (sandbox: string) =>
      BenchProcess.start('recorded-worker', {
        NODE_ENV: 'test',
        PORT: '0',
        HOST: '127.0.0.1',
        REFRESH_WORKER_DATABASE_URL: engine.urlOf('refresh-worker'),
        REDIS_URL: redis.url,
        VAULT_KEY_FILE: keyFile,
        SPOOL_DIR: join(folder, 'spool'),
        OUTBOUND_SANDBOX_ORIGIN: sandbox,
        REFRESH_CONCURRENCY: String(atOnce),
      });
    await throughput(worker, engine, floor, slots);
    await addedLatency(worker, engine);
  } finally {
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

type StartWorker = (sandbox: string) => Promise<BenchProcess>;

async function throughput(
  startWorker: StartWorker,
  engine: BenchDatabase,
  floor: BenchDatabase,
  slots: BareSlot[],
): Promise<void> {
  const provider = await BenchProcess.start('stub-provider');
  const origin = provider.said as string;
  const worker = await startWorker(origin);
  const bare = await BenchProcess.start('refresh-floor', {
    DATABASE_URL: floor.adminUrl,
    PROVIDER: origin,
    LOOPS: String(atOnce),
    POOL: String(pool),
  });
  try {
    const of: Record<'engine' | 'floor', number[]> = { engine: [], floor: [] };
    await bare.ask(slots.slice(0, warmUp));
    await refreshAll(engine, warmUp);
    for (let round = 1; round <= rounds; round++) {
      of.floor.push(await bare.ask<number>(slots));
      of.engine.push(await refreshAll(engine, connections));
    }
    console.log(
      `\nRefreshes: ${atOnce} at once, every commit synced, medians of ${rounds} alternating rounds\n`,
    );
    const best = median(of.floor);
    for (const [title, perSecond] of [
      ['bare loop', best],
      ['refresh-worker', median(of.engine)],
    ] as const)
      console.log(
        `  ${title.padEnd(34)}${`${Math.round(perSecond)}/s`.padStart(9)}   ratio ${(perSecond / best).toFixed(3)}`,
      );
  } finally {
    await Promise.all([worker, bare, provider].map((one) => one.stop()));
  }
}

async function addedLatency(startWorker: StartWorker, engine: BenchDatabase): Promise<void> {
  const provider = await BenchProcess.start('stub-provider', { STUB_DELAY_MS: String(providerMs) });
  const worker = await startWorker(provider.said as string);
  try {
    await refreshAll(engine, warmUp);
    await worker.ask('begin');
    await refreshAll(engine, pacedPerSecond * pacedSeconds, pacedSeconds);
    const took = await worker.ask<number[]>('end');
    const added = took.map((ms) => ms - providerMs).toSorted((a, b) => a - b);
    const at = (share: number) => added[Math.floor(added.length * share)]!.toFixed(1);
    console.log(
      `\nAdded to a provider's ${providerMs} ms, ${pacedPerSecond} refreshes a second: p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`,
    );
  } finally {
    await Promise.all([worker, provider].map((one) => one.stop()));
  }
}

/** Makes so many due, at once or spread over seconds, and waits for the last event of them; answers how many a second. */
async function refreshAll({ adminUrl }: BenchDatabase, count: number, overSeconds = 0): Promise<number> {
  return withConnection(adminUrl, async (client) => {
    const [{ begun }] = (await client.query(`SELECT clock_timestamp()::text AS begun`)).rows as [
      { begun: string },
    ];
    await client.query(
      `UPDATE connection_slot SET refresh_due_at = now() + random() * $2 * interval '1 second', claimed_epoch = NULL,
         claimed_until = NULL
       WHERE connection_id IN (SELECT id FROM connection LIMIT $1)`,
      [count, overSeconds],
    );
    for (;;) {
      const { done, seconds, unpublished } = (await client.query(DONE, [begun])).rows[0] as {
        done: number;
        seconds: number;
        unpublished: number;
      };
      if (done >= count && unpublished === 0) return done / seconds;
      await pause(250);
    }
  });
}

const DONE = `SELECT count(*)::int AS done, extract(epoch FROM max(closed_at) - min(started_at))::float AS seconds,
  (SELECT count(*)::int FROM outbox_event WHERE published_at IS NULL) AS unpublished
  FROM refresh_attempt WHERE state = 'promoted' AND started_at >= $1::timestamptz`;
