import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '#testing';
import { createKeyFile } from '#vault';
import type { BareSlot } from './bare-refresh.js';
import { BenchProcess } from './bench-process.js';
import { DurablePostgres } from './durable-postgres.js';
import { refreshDue, refreshOnDemand } from './engine-load.js';
import { median } from './median.js';
import { seedMany } from './seed-many.js';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const atOnce = 50;
const connections = 4_000;
const warmUp = 500;
/** Of the bare loop, which is slower with fewer; the service makes do with ten connections. */
const pool = atOnce;
const paced = { count: 1_000, everyMs: 10 };
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
    const start: Start = (delayMs, work) =>
      withProcesses(work, async (keep) => {
        const provider = await keep(BenchProcess.start('stub-provider', { STUB_DELAY_MS: String(delayMs) }));
        await keep(
          BenchProcess.start('recorded-worker', {
            NODE_ENV: 'test',
            PORT: '0',
            HOST: '127.0.0.1',
            REFRESH_WORKER_DATABASE_URL: engine.urlOf('refresh-worker'),
            REDIS_URL: redis.url,
            VAULT_KEY_FILE: keyFile,
            SPOOL_DIR: join(folder, 'spool'),
            OUTBOUND_SANDBOX_ORIGIN: String(provider.said),
            REFRESH_CONCURRENCY: String(atOnce),
            // All are due at once: a backlog that is none.
            BACKLOG_LEAST_PER_SECOND: '100000',
          }),
        );
        await keep(
          BenchProcess.start('refresh-floor', {
            DATABASE_URL: floor.adminUrl,
            PROVIDER: String(provider.said),
            LOOPS: String(atOnce),
            POOL: String(pool),
          }),
        );
      });
    const due = (count: number) => refreshDue(engine, count);
    await start(0, ([, , bare]) => throughput(bare!, slots, due));
    await start(providerMs, async ([, worker, bare]) => {
      await due(warmUp);
      await bare!.ask({ slots: slots.slice(0, warmUp) });
      const bareTook = await bare!.ask<number[]>({ ...paced, slots: slots.slice(0, paced.count) });
      await worker!.ask('begin');
      await refreshOnDemand(engine, redis.url, paced);
      printAdded(bareTook, await worker!.ask<number[]>('end'));
    });
  } finally {
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

type Work = (processes: readonly BenchProcess[]) => Promise<void>;
type Start = (delayMs: number, work: Work) => Promise<void>;

async function withProcesses(
  work: Work,
  start: (keep: (starting: Promise<BenchProcess>) => Promise<BenchProcess>) => Promise<void>,
): Promise<void> {
  const running: BenchProcess[] = [];
  try {
    await start(async (starting) => {
      running.push(await starting);
      return running.at(-1)!;
    });
    await work(running);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

async function throughput(
  bare: BenchProcess,
  slots: BareSlot[],
  due: (count: number) => Promise<number>,
): Promise<void> {
  const floor: number[] = [];
  const engine: number[] = [];
  await bare.ask({ slots: slots.slice(0, warmUp) });
  await due(warmUp);
  for (let round = 1; round <= rounds; round++) {
    floor.push(await bare.ask<number>({ slots }));
    engine.push(await due(connections));
  }
  console.log(
    `\nRefreshes: ${atOnce} at once, every commit synced, medians of ${rounds} alternating rounds of ${connections}\n`,
  );
  for (const [title, perSecond] of [
    ['bare loop', median(floor)],
    ['refresh-worker', median(engine)],
  ] as const) {
    const ratio = (perSecond / median(floor)).toFixed(3);
    console.log(`  ${title.padEnd(34)}${`${Math.round(perSecond)}/s`.padStart(9)}   ratio ${ratio}`);
  }
}

function printAdded(bare: readonly number[], worker: readonly number[]): void {
  if (worker.length !== paced.count) throw new Error(`${worker.length} of ${paced.count} were refreshed`);
  console.log(
    `\nAdded to a provider's ${providerMs} ms where one refresh is asked for every ${paced.everyMs} ms\n`,
  );
  for (const [title, took] of [
    ['bare loop', bare],
    ['refresh-worker', worker],
  ] as const) {
    const added = took.map((ms) => ms - providerMs).toSorted((a, b) => a - b);
    const at = (share: number) => `${added[Math.floor(added.length * share)]!.toFixed(1)} ms`;
    console.log(`  ${title.padEnd(34)}p50 ${at(0.5)}   p90 ${at(0.9)}   p99 ${at(0.99)}`);
  }
}
