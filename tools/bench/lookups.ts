import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withConnection } from '#embedded';
import {
  ApiClient,
  seedConnection,
  seedLineages,
  seedWorkspace,
  startRedis,
  TestDatabase,
  tokenOfLineage,
} from '#testing';
import { loadKeyFile } from '#vault';
import { BenchServices } from './bench-services.js';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { quantile } from './quantile.js';

const big = 1_000_000;
const connections = Number(process.env['BENCH_LOOKUP_CONNECTIONS'] ?? 100_000);
const generations = 10;
const values = 10_000;
const rounds = Number(process.env['BENCH_LOOKUP_ROUNDS'] ?? 50);

interface Asked {
  kind: 'access' | 'refresh';
  connection: number;
  generation: number;
}

interface Took {
  /** After a restart of Postgres and of the service: their memory is empty, the file system's is not. */
  first: number;
  warm: number[];
}

/** 10,000 leaked values at once, by the public API; against a SELECT of as many rows by primary key. */
export async function lookups(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lookups-'));
  const [postgres, redis] = [await DurablePostgres.start(), await startRedis()];
  try {
    const database = await postgres.database('lookups');
    const services = new BenchServices(folder, database, redis.url);
    const begun = performance.now();
    const { workspace, apiKey } = await seed(database, services.keyFile);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    await postgres.restart();
    const service = await services.start('revocation-audit');
    try {
      print(await measure(new ApiClient(service.url, apiKey), database, workspace), seconds);
    } finally {
      await service.stop();
    }
  } finally {
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function seed(
  database: BenchDatabase,
  keyFile: string,
): Promise<{ workspace: string; apiKey: string }> {
  const tables = new TestDatabase({ name: 'lookups', ...database } as never);
  const { workspace, apiKey } = await seedWorkspace(tables);
  const { integration } = await seedConnection(tables, { workspace });
  const fingerprintKey = loadKeyFile(keyFile).fingerprintKey.export();
  await seedLineages(database.adminUrl, { workspace, integration, connections, generations, fingerprintKey });
  return { workspace, apiKey };
}

/** In turn, each time of others. */
async function measure(
  api: ApiClient,
  database: BenchDatabase,
  workspace: string,
): Promise<{ whole: Took; bare: Took }> {
  const [whole, bare]: [number[], number[]] = [[], []];
  await withConnection(database.urlOf('revocation-audit'), async (client) => {
    await client.query(`SELECT set_config('evergrant.workspace', $1, false)`, [workspace]);
    for (let round = 0; round <= rounds; round++) {
      const asked = Array.from({ length: values }, any);
      whole.push(await timed(() => lookUp(api, asked)));
      const others = Array.from({ length: values }, any);
      const keys = [
        others.map(({ connection }) => `con_bench_${connection}`),
        others.map(({ generation }) => generation),
      ];
      bare.push(await timed(async () => void (await client.query(BARE, [workspace, ...keys]))));
    }
  });
  const of = ([first, ...warm]: number[]): Took => ({ first: first!, warm });
  return { whole: of(whole), bare: of(bare) };
}

async function lookUp(api: ApiClient, asked: readonly Asked[]): Promise<void> {
  const tokens = asked.map(({ kind, connection, generation }) =>
    tokenOfLineage(kind, connection, generation),
  );
  const { body } = await api.post<{ data: { connection: string; generation: number }[] }>(
    '/v1/token-lookups',
    {
      tokens,
    },
  );
  const wrong = body.data.findIndex(
    (found, nth) =>
      found.connection !== `con_bench_${asked[nth]!.connection}` ||
      found.generation !== asked[nth]!.generation,
  );
  if (wrong >= 0) throw new Error(`value ${wrong} was not found as what it is`);
}

const upTo = (most: number) => 1 + Math.floor(Math.random() * most);

function any(): Asked {
  const kind = Math.random() < 0.5 ? 'access' : 'refresh';
  return { kind, connection: upTo(connections), generation: upTo(generations) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function print({ whole, bare }: { whole: Took; bare: Took }, seconds: number): void {
  const [size, tokens] = [connections, connections * generations * 2].map((count) =>
    count.toLocaleString('en'),
  );
  console.log(
    `\nLookup: ${values.toLocaleString('en')} leaked values among the ${tokens} tokens of ${size} connections with ${generations} generations (seeded in ${seconds} s), ${rounds} alternating rounds\n`,
  );
  for (const [title, { first, warm }] of [
    ['SELECT by primary key', bare],
    ['POST /v1/token-lookups', whole],
  ] as const) {
    const ratio = (quantile(warm, 0.5) / quantile(bare.warm, 0.5)).toFixed(2);
    const ms = (took: number) => `${took.toFixed(0)} ms`;
    console.log(
      `  ${title.padEnd(34)}p50 ${ms(quantile(warm, 0.5))}   p99 ${ms(quantile(warm, 0.99))}   first ${ms(first)}   ratio ${ratio}`,
    );
  }
  if (connections < big) console.log(`  a million: BENCH_LOOKUP_CONNECTIONS=${big}`);
}

const BARE = `SELECT t.* FROM unnest($2::text[], $3::int[]) AS k (connection_id, generation)
  CROSS JOIN LATERAL (SELECT s.* FROM token_set s WHERE s.workspace_id = $1 AND s.connection_id = k.connection_id
    AND s.slot = 'default' AND s.generation = k.generation LIMIT 1) t`;
