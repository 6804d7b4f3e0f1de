import { withConnection } from '#embedded';

export interface Lineages {
  workspace: string;
  integration: string;
  /** From 1 to this; `con_bench_<n>`. */
  connections: number;
  generations: number;
  /** The key that tokens are fingerprinted with, 64 bytes at most. */
  fingerprintKey: Buffer;
}

/** The token of a connection that `seedLineages` made, both counted from 1. */
export const tokenOfLineage = (kind: 'access' | 'refresh', connection: number, generation: number): string =>
  `bench_${kind}_${connection}_${generation}`;

/** Very many connections with a history of token sets and two readers each, made inside Postgres; it must be the superuser's URL. */
export async function seedLineages(adminUrl: string, seed: Lineages): Promise<void> {
  const { workspace, integration, connections, generations, fingerprintKey } = seed;
  const padded = Buffer.concat([fingerprintKey], 64);
  const pad = (byte: number) => padded.map((one) => one ^ byte);
  await withConnection(adminUrl, async (client) => {
    // Millions of checks of what is known to be there.
    await client.query(`SET session_replication_role = replica`);
    await client.query(`SET synchronous_commit = off`);
    await client.query(CONNECTIONS, [workspace, integration, connections]);
    await client.query(SLOTS, [workspace, connections, generations]);
    await client.query(USAGE, [workspace, connections]);
    await client.query(READERS, [workspace, connections]);
    // An index over keys that come in no order is built in one go, or takes most of the time.
    const { rows: indexes } = await client.query<{ drop: string; create: string }>(INDEXES);
    await client.query(`SET maintenance_work_mem = '512MB'`);
    for (const { drop } of indexes) await client.query(drop);
    await client.query(SETS, [workspace, connections, generations, pad(0x36), pad(0x5c)]);
    for (const { create } of indexes) await client.query(create);
    for (const table of [
      'connection',
      'connection_slot',
      'connection_usage',
      'connection_reader',
      'token_set',
    ])
      await client.query(`VACUUM ANALYZE ${table}`);
  });
}

const INDEXES = `SELECT 'DROP INDEX ' || indexname AS drop, indexdef AS create FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = 'token_set' AND indexname LIKE '%fingerprint'
  UNION ALL SELECT 'ALTER TABLE token_set DROP CONSTRAINT ' || conname,
    'ALTER TABLE token_set ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = 'token_set'::regclass AND contype = 'p'`;
const CONNECTIONS = `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state,
    scopes_requested, scopes_granted, resource)
  SELECT $1, 'con_bench_' || n, $2, 'sandbox', 'authorization_code', 'user-' || n, 'active', '{profile}', '{profile}', '{}'
  FROM generate_series(1, $3::int) AS n`;
const SLOTS = `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at)
  SELECT $1, 'con_bench_' || n, 'default', 'slt_bench_' || n, $3, now() + interval '1 hour' FROM generate_series(1, $2::int) AS n`;
const USAGE = `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at)
  SELECT $1, 'con_bench_' || n, 12, now() - interval '1 minute' FROM generate_series(1, $2::int) AS n`;
// A service that reads it all the time, and another that did once.
const READERS = `INSERT INTO connection_reader (workspace_id, connection_id, caller_type, caller_id, network, first_at, last_at, reads)
  SELECT $1, 'con_bench_' || n, type, 'bench_' || n % 100, network, now() - interval '9 days', now() - ago, reads
  FROM generate_series(1, $2::int) AS n, (VALUES ('api_key', '192.0.2.0/24', interval '1 minute', 11),
    ('workload', '198.51.100.0/24', interval '1 day', 1)) AS r (type, network, ago, reads)`;
/** RFC 2104: HMAC-SHA-256 out of SHA-256. */
const hmac = (kind: string) =>
  `sha256($5::bytea || sha256($4::bytea || convert_to('bench_${kind}_' || n || '_' || g, 'UTF8')))`;
// Generation by generation, as time would lay them down.
const SETS = `INSERT INTO token_set (workspace_id, connection_id, slot, generation, access_token_fingerprint,
    refresh_token_fingerprint, token_type, scope, issued_at, expires_at)
  SELECT $1, 'con_bench_' || n, 'default', g, ${hmac('access')}, ${hmac('refresh')}, 'Bearer', 'profile',
    now() - ($3 - g) * interval '1 hour', now() - ($3 - g - 1) * interval '1 hour'
  FROM generate_series(1, $3::int) AS g, generate_series(1, $2::int) AS n`;
