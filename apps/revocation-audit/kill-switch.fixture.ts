import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AssertionSigner, type Role } from '#platform';
import type { ApiClient, TestDatabase } from '#testing';
import type { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';

export interface Seeds {
  count: number;
  provider?: string;
  endUser?: string;
  state?: string;
  scopes?: string[];
  clientId?: string;
  createdAt?: string;
  /** Without: it has no token, and nobody is to be told. */
  generation?: number;
}

/** Connections of one new integration, each with a slot, straight into the tables; answers their ids in order. */
export async function seedConnections(
  database: TestDatabase,
  workspace: string,
  seeds: Seeds,
): Promise<{ integration: string; ids: string[] }> {
  const { count, provider = 'sandbox', endUser, state = 'active', scopes = ['profile'] } = seeds;
  const { clientId = 'client', createdAt = null, generation = 1 } = seeds;
  const stem = randomUUID().replaceAll('-', '');
  const integration = `int_${stem}`;
  await database.query(
    `INSERT INTO integration (workspace_id, id, provider, name, state, client_id, token_endpoint_auth_method, scopes,
       return_urls, refresh_policy, confirmation, settings)
     VALUES ($1, $2, $3, $3, 'active', $4, 'client_secret_basic', '{profile}', '{}', 'ahead', true, '{}')`,
    [workspace, integration, provider, clientId],
  );
  const rows = await database.query<{ id: string }>(
    `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state, scopes_requested,
       scopes_granted, resource, created_at)
     SELECT $1, 'con_' || $2 || lpad(n::text, 6, '0'), $3, $4, 'authorization_code', coalesce($5, 'user-' || n), $6, $7, $7,
       '{}', coalesce($8::timestamptz, now()) FROM generate_series(1, $9::integer) AS n RETURNING id`,
    [workspace, stem, integration, provider, endUser ?? null, state, scopes, createdAt, count],
  );
  await database.query(
    `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
     SELECT workspace_id, id, 'default', 'slt_' || id, $2, now() + interval '1 hour', now() + interval '50 minutes'
     FROM connection WHERE integration_id = $1`,
    [integration, generation],
  );
  return { integration, ids: rows.map(({ id }) => id).sort() };
}

/** A member of the workspace who asks revocation-audit through admin. */
export async function personAt(
  { folder, database, workspace }: Pick<ConnectFixture, 'folder' | 'database' | 'workspace'>,
  api: ApiClient,
  role: Role,
  { signedInAt = new Date(), id = `usr_${randomUUID()}` }: { signedInAt?: Date; id?: string } = {},
): Promise<{ id: string; api: ApiClient }> {
  await database.query(
    `INSERT INTO person (id, issuer, subject, name) VALUES ($1, 'https://issuer.example', $1, 'Grace') ON CONFLICT DO NOTHING`,
    [id],
  );
  await database.query(
    `INSERT INTO member (workspace_id, person_id, role, source) VALUES ($1, $2, $3, 'invitation') ON CONFLICT DO NOTHING`,
    [workspace, id, role],
  );
  const signer = await AssertionSigner.fromFile(join(folder, 'assertion.json'), 'admin');
  const vouch = (method: string, path: string) =>
    signer.sign({
      audience: 'revocation-audit',
      ...{ workspace, role, actor: { id, name: 'Grace' }, authenticatedAt: signedInAt },
      request: { method, path },
    });
  return { id, api: api.as(vouch) };
}
