import { createHash } from 'node:crypto';
import type { Role } from '#platform';
import type { TestDatabase } from '#testing';

/** Two workspaces; in the first two integrations, and connections in several states. */
export async function seedWorkspace(database: TestDatabase): Promise<void> {
  await database.query(`INSERT INTO workspace (id, name) VALUES ('wsp_1', 'One'), ('wsp_2', 'Two')`);
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
  await database.query(`UPDATE connection SET tags = '{"team": "red", "tier": "gold"}' WHERE id = 'con_3'`);
  await database.query(
    `INSERT INTO connection_usage VALUES ('wsp_1', 'con_1', 3, now() + interval '1 minute')`,
  );
}

/** A person who signed in, and what they are where. Answers the secret of their session. */
export async function seedPerson(
  database: TestDatabase,
  id: string,
  memberships: Record<string, Role>,
  authenticatedAt = new Date(),
): Promise<string> {
  const secret = createHash('sha256').update(id).digest('base64url');
  await database.query(
    `INSERT INTO person (id, issuer, subject, email, email_verified, name) VALUES ($1, 'test', $1, $2, true, $3)`,
    [id, `${id}@example.com`, `name of ${id}`],
  );
  for (const [workspace, role] of Object.entries(memberships))
    await database.query(
      `INSERT INTO member (workspace_id, person_id, role, source) VALUES ($1, $2, $3, 'invitation')`,
      [workspace, id, role],
    );
  await database.query(
    `INSERT INTO session (secret_hash, id, person_id, issuer, authenticated_at, idle_seconds, expires_at, address)
     VALUES ($1, $2, $3, 'test', $4, 3600, now() + interval '1 hour', '127.0.0.1')`,
    [createHash('sha256').update(secret).digest(), id.replace('usr_', 'ses_'), id, authenticatedAt],
  );
  return secret;
}
