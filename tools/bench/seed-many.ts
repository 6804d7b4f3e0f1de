import { randomBytes } from 'node:crypto';
import { withConnection } from '#embedded';
import { newId, openDatabase, WorkspaceKeys } from '#storage';
import { openVault } from '#vault';
import type { BenchDatabase } from './durable-postgres.js';
import type { BareSlot } from './bare-refresh.js';

/** Connections of one workspace and one integration of the sandbox, with tokens that open; none is due. */
export async function seedMany(database: BenchDatabase, keyFile: string, count: number): Promise<BareSlot[]> {
  const workspace = newId('wsp');
  const integration = newId('int');
  const secret = newId('sec');
  return withConnection(database.adminUrl, async (client) => {
    await client.query(`INSERT INTO workspace (id, name) VALUES ($1, 'bench')`, [workspace]);
    const opened = await openDatabase({
      url: database.urlOf('auth-flow'),
      applicationName: 'bench',
      entities: [],
    });
    const cipher = await openVault(keyFile, new WorkspaceKeys(opened.database)).cipherFor(workspace);
    await opened.close();
    await client.query(INTEGRATION, [workspace, integration]);
    await client.query(
      `INSERT INTO integration_secret (workspace_id, id, integration_id, sealed) VALUES ($1, $2, $3, $4)`,
      [workspace, secret, integration, cipher.seal({ integration, secret }, 'a-client-secret')],
    );
    const connections = Array.from({ length: count }, () => newId('con'));
    const sealed = (connection: string, part: 'access' | 'refresh') =>
      cipher.seal(
        { connection, slot: 'default', generation: 1, part },
        randomBytes(32).toString('base64url'),
      );
    const fingerprints = connections.map(() => randomBytes(32));
    await client.query(CONNECTIONS, [workspace, integration, connections]);
    await client.query(SLOTS, [workspace, connections, connections.map(() => newId('slt'))]);
    await client.query(SETS, [
      workspace,
      connections,
      connections.map((one) => sealed(one, 'access')),
      connections.map((one) => sealed(one, 'refresh')),
      fingerprints,
    ]);
    await client.query('VACUUM ANALYZE');
    return connections.map((connection) => ({ workspace, connection }));
  });
}

const INTEGRATION = `INSERT INTO integration (workspace_id, id, provider, name, state, client_id,
  token_endpoint_auth_method, scopes, return_urls, refresh_policy, confirmation, settings)
  VALUES ($1, $2, 'sandbox', 'bench', 'active', 'client', 'client_secret_basic', '{profile}', '{}', 'ahead', true, '{}')`;
const CONNECTIONS = `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state,
  scopes_requested, scopes_granted, resource)
  SELECT $1, one, $2, 'sandbox', 'authorization_code', 'user', 'active', '{profile}', '{profile}', '{}'
  FROM unnest($3::text[]) AS one`;
const SLOTS = `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
  SELECT $1, one, 'default', slot_id, 1, now() + interval '1 hour', now() + interval '1 hour'
  FROM unnest($2::text[], $3::text[]) AS s(one, slot_id)`;
const SETS = `INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token,
  sealed_refresh_token, access_token_fingerprint, refresh_token_fingerprint, token_type, scope, expires_at)
  SELECT $1, one, 'default', 1, access, refresh, fingerprint, fingerprint, 'Bearer', 'profile', now() + interval '1 hour'
  FROM unnest($2::text[], $3::bytea[], $4::bytea[], $5::bytea[]) AS s(one, access, refresh, fingerprint)`;
