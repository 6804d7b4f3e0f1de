import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { request } from 'undici';
import { withConnection } from '#embedded';
import { ApiClient, seedWorkspace, startRedis, TestDatabase } from '#testing';
import type { BareSlot } from './bare-refresh.js';
import { BenchProcess } from './bench-process.js';
import { BenchServices } from './bench-services.js';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { median } from './median.js';
import { seedMany } from './seed-many.js';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const killed = Number(process.env['BENCH_KILLED'] ?? 10_000);
const readers = 32;
const patienceMs = 120_000;

/** The kill switch over ten thousand connections, until none can be read; beside one UPDATE and one INSERT of as many rows. */
export async function kills(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kills-'));
  const postgres = await DurablePostgres.start();
  const redis = await startRedis();
  const running: { stop: () => Promise<unknown> }[] = [];
  try {
    const [engine, floor] = [await postgres.database('engine'), await postgres.database('floor')];
    const services = new BenchServices(folder, engine, redis.url);
    const provider = await BenchProcess.start('stub-provider');
    running.push(provider);
    const OUTBOUND_SANDBOX_ORIGIN = String(provider.said);
    const killer = await services.start('revocation-audit', {
      OUTBOUND_SANDBOX_ORIGIN,
      KILL_SWITCH_APPROVAL_ABOVE: String(killed),
    });
    running.push(killer);
    const reader = await services.start('auth-flow', { OUTBOUND_SANDBOX_ORIGIN });
    running.push(reader);
    const [whole, bare]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      const marked = await seedMany(floor, services.keyFile, killed);
      bare.push(await withConnection(floor.adminUrl, (client) => markDead(client, marked)));
      const slots = await seedMany(engine, services.keyFile, killed);
      whole.push(await kill(engine, slots, killer.url, reader.url));
    }
    print(whole, bare);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Seconds from the request to the last one dead, which reads must agree with. */
async function kill(
  engine: BenchDatabase,
  slots: readonly BareSlot[],
  killer: string,
  reader: string,
): Promise<number> {
  const { apiKey } = await seedWorkspace(new TestDatabase({ name: 'engine', ...engine } as never), slots[0]);
  await readAll(slots.slice(0, readers), reader, apiKey, 200);
  const api = new ApiClient(killer, apiKey);
  const begun = performance.now();
  const asked = await api.post<Job>('/v1/revocations', {
    selector: { provider: 'sandbox' },
    reason: 'a bench',
    expected_count: slots.length,
  });
  if (asked.status !== 202) throw new Error(`the kill was answered ${asked.status}`);
  while ((await api.get<Job>(`/v1/revocations/${asked.body.id}`)).body.dead_at === null) {
    if (performance.now() - begun > patienceMs) throw new Error('the kill does not end');
    await pause(50);
  }
  const seconds = (performance.now() - begun) / 1_000;
  await readAll(slots, reader, apiKey, 410);
  // Providers would be told from now on: the next round is not to bear that.
  await withConnection(engine.adminUrl, (client) => client.query('DELETE FROM revocation_item'));
  return seconds;
}

interface Job {
  id: string;
  dead_at: string | null;
}

/** @throws where one is answered otherwise */
async function readAll(
  slots: readonly BareSlot[],
  reader: string,
  apiKey: string,
  status: number,
): Promise<void> {
  const left = [...slots];
  const lane = async (): Promise<void> => {
    for (let slot = left.pop(); slot; slot = left.pop()) {
      const url = `${reader}/v1/connections/${slot.connection}/token`;
      const { statusCode, body } = await request(url, { headers: { authorization: `Bearer ${apiKey}` } });
      await body.dump();
      if (statusCode !== status)
        throw new Error(`a read of ${slot.connection} was answered ${statusCode}, not ${status}`);
    }
  };
  await Promise.all(Array.from({ length: readers }, lane));
}

async function markDead(client: Client, slots: readonly BareSlot[]): Promise<number> {
  const begun = performance.now();
  await client.query('BEGIN');
  const { rowCount } = await client.query(END, [slots[0]!.workspace]);
  await client.query(AUDIT, [slots[0]!.workspace]);
  await client.query('COMMIT');
  if (rowCount !== slots.length) throw new Error(`${rowCount} of ${slots.length} were ended`);
  return (performance.now() - begun) / 1_000;
}

function print(whole: readonly number[], bare: readonly number[]): void {
  console.log(
    `\nKill switch: ${killed.toLocaleString('en')} connections, every commit synced, medians of ${rounds} alternating rounds\n`,
  );
  for (const [title, took] of [
    ['one UPDATE and one INSERT', bare],
    ['locally dead, every read 410', whole],
  ] as const) {
    const perSecond = Math.round(killed / median(took));
    const ratio = (median(bare) / median(took)).toFixed(3);
    console.log(
      `  ${title.padEnd(34)}${`${median(took).toFixed(2)} s`.padStart(9)}${`${perSecond}/s`.padStart(10)}   ratio ${ratio}`,
    );
  }
}

const END = `UPDATE connection SET state = 'revoking', reason = '{"code":"revoked"}', version = version + 1
  WHERE workspace_id = $1 AND state = 'active'`;
const AUDIT = `INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type, subject_id,
    entry, hash)
  SELECT $1, 'aud_' || id, now(), 'api_key', 'bare', 'connection.revoking', 'connection', id, convert_to(id, 'UTF8'),
    sha256(convert_to(id, 'UTF8')) FROM connection WHERE workspace_id = $1`;
