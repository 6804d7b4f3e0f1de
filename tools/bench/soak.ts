import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withConnection } from '#embedded';
import { startRedis } from '#testing';
import { createKeyFile } from '#vault';
import { BenchProcess } from './bench-process.js';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { seedMany } from './seed-many.js';

const connections = Number(process.env['SOAK_CONNECTIONS'] ?? 100_000);
const seconds = Number(process.env['SOAK_SECONDS'] ?? 600);
/** Of access tokens: ten minutes stand for the hour or the day that they live elsewhere. */
const lifetimeSeconds = 600;
const everyMs = 30_000;

/** So many connections with short lifetimes for so long: whether any expires before it is renewed, and what memory does. */
export async function soak(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-soak-'));
  const keyFile = join(folder, 'keys.json');
  createKeyFile(keyFile);
  const postgres = await DurablePostgres.start();
  const redis = await startRedis();
  const running: BenchProcess[] = [];
  try {
    const database = await postgres.database('soak');
    await seedMany(database, keyFile, connections);
    await withConnection(database.adminUrl, (client) => client.query(SPREAD, [lifetimeSeconds]));
    running.push(
      await BenchProcess.start('stub-provider', { STUB_LIFETIME_SECONDS: String(lifetimeSeconds) }),
    );
    running.push(
      await BenchProcess.start('recorded-worker', {
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        PORT: '0',
        HOST: '127.0.0.1',
        REFRESH_WORKER_DATABASE_URL: database.urlOf('refresh-worker'),
        REDIS_URL: redis.url,
        VAULT_KEY_FILE: keyFile,
        SPOOL_DIR: join(folder, 'spool'),
        OUTBOUND_SANDBOX_ORIGIN: String(running[0]!.said),
      }),
    );
    console.log(`\nSoak: ${connections} connections, tokens of ${lifetimeSeconds} s, for ${seconds} s\n`);
    await watch(database, running[1]!.pid);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function watch({ adminUrl }: BenchDatabase, pid: number): Promise<void> {
  const memory: number[] = [];
  await withConnection(adminUrl, async (client) => {
    for (let passed = 0; passed < seconds * 1_000; passed += everyMs) {
      await pause(everyMs);
      memory.push(residentMb(pid));
      const { rows } = await client.query<{ renewed: number; expired: number }>(STANDING);
      const { renewed, expired } = rows[0]!;
      console.log(
        `  ${String((passed + everyMs) / 1_000).padStart(4)} s   ${String(renewed).padStart(7)} renewed   ` +
          `${String(expired).padStart(5)} expired now   ${memory.at(-1)} MB`,
      );
    }
    const { rows } = await client.query<{ late: number; all: number }>(LATE);
    const { late, all } = rows[0]!;
    const share = ((100 * (all - late)) / Math.max(1, all)).toFixed(4);
    console.log(`\n  ${all} renewals, ${late} after expiry: ${share} % in time`);
    const half = memory.slice(Math.floor(memory.length / 2));
    console.log(
      `  memory ${memory[0]} MB at first, ${Math.min(...half)}-${Math.max(...half)} MB in the second half`,
    );
  });
}

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}

/** Due all along half a lifetime, as what was connected over time is; it expires half a lifetime after that. */
const SPREAD = `WITH spread AS (
    UPDATE connection_slot SET refresh_due_at = now() + random() * $1 / 2 * interval '1 second', renew_every_ms = $1 * 500,
      expires_at = now() + $1 * interval '1 second'
    RETURNING workspace_id, connection_id, refresh_due_at)
  UPDATE token_set t SET expires_at = s.refresh_due_at + $1 / 2 * interval '1 second', issued_at = now()
  FROM spread s WHERE t.workspace_id = s.workspace_id AND t.connection_id = s.connection_id`;
const STANDING = `SELECT (SELECT count(*)::int FROM token_set WHERE generation > 1) AS renewed,
  (SELECT count(*)::int FROM connection_slot WHERE expires_at < now()) AS expired`;
const LATE = `SELECT count(*)::int AS all, count(*) FILTER (WHERE t.issued_at > p.expires_at)::int AS late
  FROM token_set t JOIN token_set p ON p.workspace_id = t.workspace_id AND p.connection_id = t.connection_id
    AND p.slot = t.slot AND p.generation = t.generation - 1`;
