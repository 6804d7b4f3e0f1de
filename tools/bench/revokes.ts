import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { withConnection } from '#embedded';
import { seedWorkspace, startRedis, TestDatabase } from '#testing';
import type { BareSlot } from './bare-refresh.js';
import { BenchProcess } from './bench-process.js';
import { BenchServices } from './bench-services.js';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { median } from './median.js';
import { quantile } from './quantile.js';
import { seedMany } from './seed-many.js';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const inRound = Number(process.env['BENCH_REVOKES'] ?? 500);
const warmUp = 200;
const alone = 100;
const atOnce = 16;
const patienceMs = 120_000;

interface Target {
  title: string;
  url: string;
  headers: Record<string, string>;
  left: BareSlot[];
  took: { alone: number[]; together: number[] };
  perSecond: number[];
}

/** How soon a revocation is answered: after that no read returns the token; beside the least that could be written down. */
export async function revokes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-revokes-'));
  const postgres = await DurablePostgres.start();
  const redis = await startRedis();
  const running: { stop: () => Promise<unknown> }[] = [];
  try {
    const [engine, floor] = [await postgres.database('engine'), await postgres.database('floor')];
    const services = new BenchServices(folder, engine, redis.url);
    const count = warmUp + rounds * (alone + inRound);
    const slots = await seedMany(engine, services.keyFile, count);
    const { apiKey } = await seedWorkspace(
      new TestDatabase({ name: 'engine', ...engine } as never),
      slots[0],
    );
    const provider = await BenchProcess.start('stub-provider');
    running.push(provider);
    const service = await services.start('revocation-audit', {
      OUTBOUND_SANDBOX_ORIGIN: String(provider.said),
    });
    running.push(service);
    const bare = await BenchProcess.start('bare-revoke', { DATABASE_URL: floor.adminUrl });
    running.push(bare);
    const took = () => ({ took: { alone: [], together: [] }, perSecond: [] });
    const targets: Target[] = [
      {
        title: 'bare Fastify, one transaction',
        url: `${String(bare.said)}/revocations`,
        headers: {},
        left: await seedMany(floor, services.keyFile, count),
        ...took(),
      },
      {
        title: 'POST /v1/revocations',
        url: `${service.url}/v1/revocations`,
        headers: { authorization: `Bearer ${apiKey}` },
        left: slots,
        ...took(),
      },
    ];
    await measure(targets, engine);
    print(targets);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

/** In turn; what is told to providers after one round is not the next one's to bear. */
async function measure(targets: readonly Target[], engine: BenchDatabase): Promise<void> {
  for (const target of targets) await revoke(target, warmUp, atOnce);
  for (let round = 1; round <= rounds; round++)
    for (const target of targets) {
      await allTold(engine);
      target.took.alone.push(...(await revoke(target, alone, 1)));
      const begun = performance.now();
      target.took.together.push(...(await revoke(target, inRound, atOnce)));
      target.perSecond.push((inRound / (performance.now() - begun)) * 1_000);
    }
}

/** So many connections, each once; answers how long each took. @throws on any answer but 201 */
async function revoke(
  { title, url, headers, left }: Target,
  count: number,
  lanes: number,
): Promise<number[]> {
  const slots = left.splice(0, count);
  const took: number[] = [];
  const lane = async (): Promise<void> => {
    for (let slot = slots.pop(); slot; slot = slots.pop()) {
      const asked = title.startsWith('bare') ? slot : { connection: slot.connection, reason: 'a bench' };
      const sent = performance.now();
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(asked),
      });
      const text = await body.text();
      took.push(performance.now() - sent);
      if (statusCode !== 201) throw new Error(`${title} answered ${statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return took;
}

async function allTold({ adminUrl }: BenchDatabase): Promise<void> {
  await withConnection(adminUrl, async (client) => {
    for (const begun = performance.now(); performance.now() - begun < patienceMs; await pause(250)) {
      const { rows } = await client.query<{ open: number }>(OPEN);
      if (rows[0]!.open === 0) return;
    }
    throw new Error(`providers are still being told after ${patienceMs / 1_000} s`);
  });
}

function print(targets: readonly Target[]): void {
  console.log(
    `\nRevoke: one connection a request, every commit synced, ${rounds} alternating rounds of ${alone} alone and ${inRound} by ${atOnce} at once\n`,
  );
  const ms = (numbers: readonly number[], share: number) => `${quantile(numbers, share).toFixed(1)} ms`;
  for (const { title, took, perSecond } of targets) {
    const ratio = (median(perSecond) / median(targets[0]!.perSecond)).toFixed(3);
    console.log(
      `  ${title.padEnd(34)}alone p50 ${ms(took.alone, 0.5)}  p99 ${ms(took.alone, 0.99)}   ${atOnce} at once p50 ${ms(took.together, 0.5)}` +
        `  p99 ${ms(took.together, 0.99)}  ${Math.round(median(perSecond))}/s   ratio ${ratio}`,
    );
  }
}

const OPEN = `SELECT count(*)::int AS open FROM revocation_item WHERE state = 'pending'`;
