import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withConnection } from '#embedded';
import {
  ApiClient,
  seedConnection,
  seedLineages,
  seedWorkspace,
  startProcess,
  startRedis,
  TestDatabase,
  tokenOfLineage,
} from '#testing';
import { createKeyFile, loadKeyFile } from '#vault';
import { DurablePostgres, type BenchDatabase } from './durable-postgres.js';
import { median } from './median.js';

const connections = Number(process.env['BENCH_LOOKUP_CONNECTIONS'] ?? 20_000);
const generations = 10;
const values = 10_000;
const rounds = 7;

interface Asked {
  kind: 'access' | 'refresh';
  connection: number;
  generation: number;
}

/** 10,000 leaked values at once, by the public API; against a SELECT of as many rows by primary key. */
export async function lookups(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lookups-'));
  const [postgres, redis] = [await DurablePostgres.start(), await startRedis()];
  try {
    const database = await postgres.database('lookups');
    const keyFile = join(folder, 'keys.json');
    createKeyFile(keyFile);
    const { workspace, apiKey } = await seed(database, keyFile);
    const service = await startProcess('revocation-audit', { env: settings(folder, database, redis.url) });
    try {
      const [whole, bare] = await measure(new ApiClient(service.url, apiKey), database, workspace);
      print(whole, bare);
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

function settings(folder: string, database: BenchDatabase, redisUrl: string): Record<string, string> {
  const { publicKey } = generateKeyPairSync('ed25519');
  const jwks = join(folder, 'assertion.jwks.json');
  writeFileSync(
    jwks,
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'EdDSA' }] }),
  );
  return {
    LOG_LEVEL: 'warn',
    PUBLIC_URL: 'http://localhost:4000',
    REVOCATION_AUDIT_DATABASE_URL: database.urlOf('revocation-audit'),
    REDIS_URL: redisUrl,
    VAULT_KEY_FILE: join(folder, 'keys.json'),
    ASSERTION_JWKS_FILE: jwks,
  };
}

/** In turn, each time of others; the first of each is not counted. */
async function measure(
  api: ApiClient,
  database: BenchDatabase,
  workspace: string,
): Promise<[number, number]> {
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
  return [median(whole.slice(1)), median(bare.slice(1))];
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

function print(whole: number, bare: number): void {
  const size = connections.toLocaleString('en');
  console.log(
    `\nLookup: ${values.toLocaleString('en')} leaked values among ${size} connections of ${generations} generations, medians of ${rounds} alternating rounds\n`,
  );
  console.log(`  SELECT by primary key             ${`${bare.toFixed(0)} ms`.padStart(9)}   ratio 1.00`);
  console.log(
    `  POST /v1/token-lookups            ${`${whole.toFixed(0)} ms`.padStart(9)}   ratio ${(whole / bare).toFixed(2)}`,
  );
  if (connections < 1_000_000) console.log('  a million: BENCH_LOOKUP_CONNECTIONS=1000000');
}

const BARE = `SELECT t.* FROM unnest($2::text[], $3::int[]) AS k (connection_id, generation)
  CROSS JOIN LATERAL (SELECT s.* FROM token_set s WHERE s.workspace_id = $1 AND s.connection_id = k.connection_id
    AND s.slot = 'default' AND s.generation = k.generation LIMIT 1) t`;
