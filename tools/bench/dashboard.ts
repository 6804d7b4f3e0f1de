import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, startRedis, TestDatabase, type TestProcess } from '#testing';
import { assertionKeyFiles } from '../../apps/admin/owner.fixture.js';
import { seedPerson } from '../../apps/admin/workspace.fixture.js';
import { progressBar } from '../seed/progress-bar.js';
import { seedDemo } from '../seed/seed-demo.js';
import { BenchProcess } from './bench-process.js';
import { BenchServices } from './bench-services.js';
import { dashboardQueries } from './dashboard-queries.js';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { seedLists } from './seed-lists.js';

const connections = Number(process.env['BENCH_DASHBOARD_CONNECTIONS'] ?? 100_000);
const audit = Number(process.env['BENCH_DASHBOARD_AUDIT'] ?? 300_000);
const requests = Number(process.env['BENCH_DASHBOARD_REQUESTS'] ?? 60);
const warmUps = 5;
/** What every list and every part of the overview has to keep. */
const limitMs = 100;

/** Every query of the dashboard over HTTP, at admin, in a person's session; against a server that asks Postgres nothing. */
export async function dashboard(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-dashboard-'));
  const [postgres, redis] = [await DurablePostgres.start(), await startRedis()];
  try {
    const database = await postgres.database('dashboard');
    const bar = progressBar(process.stdout);
    const { workspace } = await seedDemo(
      database.adminUrl,
      { connections, audit, dueAfter: new Date(0) },
      bar.show,
    );
    bar.end();
    await seedLists(database.adminUrl, workspace);
    const tables = new TestDatabase({ name: 'dashboard', ...database } as never);
    const cookie = `evergrant_session=${await seedPerson(tables, 'usr_bench', { [workspace]: 'admin' })}`;
    const running: { stop: () => Promise<unknown> }[] = [];
    try {
      const admin = await startServices(folder, database, redis.url, running);
      const bare = await BenchProcess.start('bare-select', { DATABASE_URL: database.urlOf('admin') });
      running.push(bare);
      await compare(String(bare.said), `${admin.url}/admin/api/`, cookie);
    } finally {
      await Promise.all(running.map((one) => one.stop()));
    }
  } finally {
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Admin, and those that it asks for what is theirs. */
async function startServices(
  folder: string,
  database: BenchDatabase,
  redisUrl: string,
  running: { stop: () => Promise<unknown> }[],
): Promise<TestProcess> {
  const { privateFile, publicFile: ASSERTION_JWKS_FILE } = assertionKeyFiles();
  const services = new BenchServices(folder, database, redisUrl);
  const authFlow = await services.start('auth-flow', { ASSERTION_JWKS_FILE });
  running.push(authFlow);
  const revocationAudit = await services.start('revocation-audit', { ASSERTION_JWKS_FILE });
  running.push(revocationAudit);
  const issuers = join(folder, 'issuers.json');
  writeFileSync(issuers, JSON.stringify({ issuers: [] }));
  const admin = await startProcess('admin', {
    env: {
      LOG_LEVEL: 'warn',
      PUBLIC_URL: 'http://localhost:4000',
      ADMIN_DATABASE_URL: database.urlOf('admin'),
      REDIS_URL: redisUrl,
      ASSERTION_KEY_FILE: privateFile,
      SIGN_IN_ISSUERS_FILE: issuers,
      AUTH_FLOW_URL: authFlow.url,
      REVOCATION_AUDIT_URL: revocationAudit.url,
    },
  });
  running.push(admin);
  return admin;
}

async function compare(bare: string, api: string, cookie: string): Promise<void> {
  const size = (n: number) => n.toLocaleString('en');
  console.log(
    `\nDashboard: ${size(connections)} connections, ${size(audit)} audit entries, ${requests} requests each, one at a time\n`,
  );
  const slow: string[] = [];
  const all: number[] = [];
  for (const { title, path, isDryRun } of await dashboardQueries(async (one) => ask(api + one, cookie))) {
    // In turn, so that a slow minute of the machine hits both.
    const [least, times] = await timesOf(
      () => ask(bare, cookie),
      () => ask(api + path, cookie),
    );
    all.push(...least!);
    print(title, times!, least!);
    if (percentile(times!, 0.95) > limitMs && !isDryRun) slow.push(title);
  }
  const sorted = all.toSorted((a, b) => a - b);
  print('SELECT 1, bare Fastify', sorted, sorted);
  console.log(
    slow.length === 0
      ? `\n  All within ${limitMs} ms at p95, but for dry runs of the reaper.`
      : `\n  Over ${limitMs} ms at p95: ${slow.join(', ')}.`,
  );
  if (slow.length > 0) process.exitCode = 1;
  if (connections < 1_000_000)
    console.log('  A million: BENCH_DASHBOARD_CONNECTIONS=1000000 BENCH_DASHBOARD_AUDIT=5000000');
}

async function ask(url: string, cookie: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { cookie } });
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function timesOf(...works: (() => Promise<unknown>)[]): Promise<number[][]> {
  const times = works.map(() => [] as number[]);
  for (let i = 0; i < warmUps + requests; i++)
    for (const [nth, work] of works.entries()) {
      const begun = performance.now();
      await work();
      if (i >= warmUps) times[nth]!.push(performance.now() - begun);
    }
  return times.map((of) => of.toSorted((a, b) => a - b));
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

function print(title: string, times: readonly number[], baseline: readonly number[]): void {
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(10);
  const ratio = (p50 / percentile(baseline, 0.5)).toFixed(1);
  console.log(`  ${title.padEnd(72)} p50 ${ms(p50)}   p95 ${ms(p95)}   ratio ${ratio}`);
}
