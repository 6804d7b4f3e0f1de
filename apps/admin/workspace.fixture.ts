import { createHash } from 'node:crypto';
import type { TestDatabase } from '#testing';

/** A workspace with two integrations, connections in several states, and a key for each name given. */
export async function seedWorkspace(database: TestDatabase, keys: Record<string, string[]>): Promise<void> {
  await database.query(`INSERT INTO workspace (id, name) VALUES ('wsp_1', 'One'), ('wsp_2', 'Two')`);
  for (const [key, [workspace, id, ...scopes]] of Object.entries(keys))
    await database.query(
      `INSERT INTO api_key (workspace_id, id, name, prefix, key_hash, scopes) VALUES ($1, $2, $3, 'evg_', $4, $5)`,
      [workspace, id, `name of ${id}`, createHash('sha256').update(key).digest(), scopes],
    );
  await database.query(
    `INSERT INTO integration (workspace_id, id, provider, name, state, token_endpoint_auth_method, scopes, return_urls,
       refresh_policy, confirmation, settings)
     SELECT 'wsp_1', id, provider, name, 'active', 'client_secret_basic', '{}', '{}', 'ahead', true, '{}'
     FROM (VALUES ('int_1', 'sandbox', 'First'), ('int_2', 'google', 'Second')) AS i (id, provider, name)`,
  );
  const connections = [
    ['con_1', 'int_1', 'sandbox', 'ada', 'active'],
    ['con_2', 'int_1', 'sandbox', 'bob', 'active'],
    ['con_3', 'int_2', 'google', 'ada', 'needs_reauthorization'],
    ['con_4', 'int_2', 'google', 'eve', 'active'],
  ];
  for (const [id, integration, provider, user, state] of connections) {
    await database.query(
      `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, end_user_name, state,
         scopes_requested, scopes_granted, resource)
       VALUES ('wsp_1', $1, $2, $3, 'authorization_code', $4, 'Person 100%', $5, '{read,write}', $6, '{}')`,
      [id, integration, provider, user, state, id === 'con_4' ? ['read', 'write'] : ['read']],
    );
    await database.query(
      `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
       VALUES ('wsp_1', $1, 'default', 'slt_' || $1, 2, now() + interval '1 hour', now() - interval '1 minute')`,
      [id],
    );
  }
  await database.query(
    `INSERT INTO connection_usage VALUES ('wsp_1', 'con_1', 3, now() + interval '1 minute')`,
  );
}
