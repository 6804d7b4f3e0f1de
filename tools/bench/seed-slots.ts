import { withConnection } from '#embedded';
import type { BenchDatabase } from './durable-postgres.js';

/** So many more connections with a slot each and no tokens, due over the hour that begins in ten minutes. */
export async function seedSlots({ adminUrl }: BenchDatabase, count: number): Promise<void> {
  await withConnection(adminUrl, async (client) => {
    await client.query(`INSERT INTO workspace (id, name) VALUES ('wsp_bench', 'bench') ON CONFLICT DO NOTHING`);
    await client.query(INTEGRATION);
    // Foreign keys are checked row by row; these rows are ours and right.
    await client.query(`SET session_replication_role = replica`);
    await client.query(`SET synchronous_commit = off`);
    await client.query(CONNECTIONS, [count]);
    await client.query(SLOTS);
    await client.query(`VACUUM ANALYZE connection, connection_slot`);
    await client.query('CHECKPOINT');
  });
}

const INTEGRATION = `INSERT INTO integration (workspace_id, id, provider, name, state, client_id,
  token_endpoint_auth_method, scopes, return_urls, refresh_policy, confirmation, settings)
  VALUES ('wsp_bench', 'int_bench', 'sandbox', 'bench', 'active', 'client', 'client_secret_basic', '{profile}', '{}',
    'ahead', true, '{}') ON CONFLICT DO NOTHING`;
// Ids as ours are: time, then chance; as long, too.
const CONNECTIONS = `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state,
  scopes_requested, scopes_granted, resource)
  SELECT 'wsp_bench', 'con_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 10, '0')
      || substr(replace(gen_random_uuid()::text, '-', ''), 1, 26),
    'int_bench', 'sandbox', 'authorization_code', 'user', 'active', '{profile}', '{profile}', '{}'
  FROM generate_series(1, $1)`;
const SLOTS = `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
  SELECT workspace_id, id, 'default', 'slt' || substr(id, 4), 1, now() + interval '1 hour 10 minutes',
    now() + interval '10 minutes' + random() * interval '1 hour'
  FROM connection c WHERE NOT EXISTS (SELECT FROM connection_slot s
    WHERE s.workspace_id = c.workspace_id AND s.connection_id = c.id AND s.slot = 'default')`;
