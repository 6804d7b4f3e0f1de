import { createHash, randomBytes } from 'node:crypto';
import type { TestDatabase } from './test-database.js';

export interface SeededConnection {
  workspace: string;
  integration: string;
  connection: string;
  slot: string;
  slotId: string;
  generation: number;
}

export interface ConnectionSeed {
  workspace?: string;
  integration?: string;
  provider?: string;
  state?: string;
  endUser?: string | null;
  /** Time to expiry of the access token and to its refresh, from now; a token set without sealed values. */
  expiresInMs?: number;
  dueInMs?: number | null;
  generation?: number;
}

const id = (prefix: string) => `${prefix}_${randomBytes(16).toString('hex')}`;

/** A workspace with an API key; answers both. */
export async function seedWorkspace(
  database: TestDatabase,
  { workspace = id('wsp'), scopes = ['admin'] }: { workspace?: string; scopes?: string[] } = {},
): Promise<{ workspace: string; apiKey: string; apiKeyId: string }> {
  const apiKey = `evg_${randomBytes(32).toString('base64url')}`;
  const apiKeyId = id('key');
  await database.query(`INSERT INTO workspace (id, name) VALUES ($1, 'test') ON CONFLICT DO NOTHING`, [
    workspace,
  ]);
  await database.query(
    `INSERT INTO api_key (workspace_id, id, name, prefix, key_hash, scopes) VALUES ($1, $2, 'test', $3, $4, $5)`,
    [workspace, apiKeyId, apiKey.slice(0, 12), createHash('sha256').update(apiKey).digest(), scopes],
  );
  return { workspace, apiKey, apiKeyId };
}

/** A connection with one slot, and what it needs: rows only, straight into the tables. */
export async function seedConnection(
  database: TestDatabase,
  seed: ConnectionSeed = {},
): Promise<SeededConnection> {
  const { provider = 'sandbox', state = 'active', endUser = 'user-1', generation = 1 } = seed;
  const { workspace = (await seedWorkspace(database)).workspace } = seed;
  const { expiresInMs = 3_600_000, dueInMs = 3_000_000 } = seed;
  const integration = seed.integration ?? (await seedIntegration(database, workspace, provider));
  const [connection, slotId] = [id('con'), id('slt')];
  await database.query(
    `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state, scopes_requested,
       scopes_granted, resource) VALUES ($1, $2, $3, $4, 'authorization_code', $5, $6, '{profile}', '{profile}', '{}')`,
    [workspace, connection, integration, provider, endUser, state],
  );
  await database.query(
    `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
     VALUES ($1, $2, 'default', $3, $4, now() + $5 * interval '1 ms', now() + $6 * interval '1 ms')`,
    [workspace, connection, slotId, generation, expiresInMs, dueInMs],
  );
  await database.query(
    `INSERT INTO token_set (workspace_id, connection_id, slot, generation, access_token_fingerprint,
       refresh_token_fingerprint, token_type, scope, expires_at)
     VALUES ($1, $2, 'default', $3, $4, $5, 'Bearer', 'profile', now() + $6 * interval '1 ms')`,
    [workspace, connection, generation, randomBytes(32), randomBytes(32), expiresInMs],
  );
  return { workspace, integration, connection, slot: 'default', slotId, generation };
}

async function seedIntegration(database: TestDatabase, workspace: string, provider: string): Promise<string> {
  const integration = id('int');
  await database.query(
    `INSERT INTO integration (workspace_id, id, provider, name, state, client_id, token_endpoint_auth_method, scopes,
       return_urls, refresh_policy, confirmation, settings)
     VALUES ($1, $2, $3, $3, 'active', 'client', 'client_secret_basic', '{profile}', '{}', 'ahead', true, '{}')`,
    [workspace, integration, provider],
  );
  return integration;
}
