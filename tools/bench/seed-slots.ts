import { withConnection } from '#embedded';
import type { BenchDatabase } from './durable-postgres.js';

/**
 * So many slots, due over the hour that begins in ten minutes. Slots alone: the planner looks at nothing else, and a
 * million connections would take longer to make than to plan.
 */
export async function seedSlots({ adminUrl }: BenchDatabase, count: number): Promise<void> {
  await withConnection(adminUrl, async (client) => {
    await client.query(`INSERT INTO workspace (id, name) VALUES ('wsp_bench', 'bench')`);
    // No foreign key is checked.
    await client.query(`SET session_replication_role = replica`);
    await client.query(`SET synchronous_commit = off`);
    await client.query(SLOTS, [count]);
    await client.query(`VACUUM ANALYZE connection_slot`);
    await client.query('CHECKPOINT');
  });
}

// Ids as ours are: time, then chance; as long, too.
const SLOTS = `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
  SELECT 'wsp_bench', 'con_' || one.id, 'default', 'slt_' || one.id, 1, now() + interval '1 hour 10 minutes',
    now() + interval '10 minutes' + random() * interval '1 hour'
  FROM (SELECT lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 10, '0')
      || substr(replace(gen_random_uuid()::text, '-', ''), 1, 26) AS id FROM generate_series(1, $1)) one`;
