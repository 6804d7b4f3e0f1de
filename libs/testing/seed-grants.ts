import { randomBytes } from 'node:crypto';
import type { WorkspaceCipher } from '#vault';
import type { TestDatabase } from './test-database.js';

/** A grant that the sandbox gave. */
export interface SandboxGrant {
  grant: string;
  access_token: string;
  refresh_token: string;
}

/** Connections of an integration of the sandbox, one for each grant, with its tokens: three statements, however many. */
export async function seedGrants(
  database: Pick<TestDatabase, 'query'>,
  at: { workspace: string; integration: string; cipher: WorkspaceCipher },
  grants: readonly SandboxGrant[],
): Promise<{ id: string; grant: string }[]> {
  const { workspace, integration, cipher } = at;
  const seeded = grants.map((given) => ({ ...given, id: `con_${randomBytes(16).toString('hex')}` }));
  const ids = seeded.map(({ id }) => id);
  const seal = (connection: string, part: 'access' | 'refresh', token: string) =>
    cipher.seal({ connection, slot: 'default', generation: 1, part }, token);
  await database.query(CONNECTIONS, [workspace, integration, ids]);
  await database.query(SLOTS, [workspace, ids]);
  await database.query(SETS, [
    workspace,
    ids,
    seeded.map(({ id, access_token }) => seal(id, 'access', access_token)),
    seeded.map(({ id, refresh_token }) => seal(id, 'refresh', refresh_token)),
    seeded.map(() => randomBytes(32)),
  ]);
  return seeded.map(({ id, grant }) => ({ id, grant }));
}

const CONNECTIONS = `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state,
    scopes_requested, scopes_granted, resource)
  SELECT $1, one, $2, 'sandbox', 'authorization_code', 'user-of-' || one, 'active', '{profile}', '{profile}', '{}'
  FROM unnest($3::text[]) AS one`;
const SLOTS = `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
  SELECT $1, one, 'default', 'slt_' || one, 1, now() + interval '1 hour', now() + interval '50 minutes'
  FROM unnest($2::text[]) AS one`;
const SETS = `INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token,
    sealed_refresh_token, access_token_fingerprint, refresh_token_fingerprint, token_type, scope, expires_at)
  SELECT $1, one, 'default', 1, access, refresh, fingerprint, fingerprint, 'Bearer', 'profile', now() + interval '1 hour'
  FROM unnest($2::text[], $3::bytea[], $4::bytea[], $5::bytea[]) AS s (one, access, refresh, fingerprint)`;
