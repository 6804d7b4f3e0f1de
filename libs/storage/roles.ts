import { DatabaseAccessError } from './database-errors.js';

/** The login role of each service. None owns a table or bypasses row-level security. */
export const serviceRoles = {
  'auth-flow': 'evergrant_auth_flow',
  'refresh-worker': 'evergrant_refresh_worker',
  'revocation-audit': 'evergrant_revocation_audit',
  admin: 'evergrant_admin',
} as const;

export type ServiceName = keyof typeof serviceRoles;

/** Owns the SECURITY DEFINER functions that look across workspaces; cannot log in. */
export const definerRole = 'evergrant_definer';

interface Queryable {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/**
 * Creates or updates the service roles with the passwords of their own connection URLs.
 * Roles belong to the cluster, so a second database in it finds them and two migrations may race: both are fine.
 */
export async function ensureRoles(
  owner: Queryable,
  urls: Partial<Record<ServiceName, string>>,
): Promise<void> {
  await createRole(owner, definerRole, 'NOLOGIN');
  for (const [service, role] of Object.entries(serviceRoles)) {
    await createRole(owner, role, 'LOGIN');
    const url = urls[service as ServiceName];
    if (url) await setPassword(owner, role, new URL(url));
  }
  await owner.query(`GRANT ${definerRole} TO CURRENT_USER`);
}

async function createRole(owner: Queryable, role: string, login: 'LOGIN' | 'NOLOGIN'): Promise<void> {
  await owner.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} ${login}; END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
}

async function setPassword(owner: Queryable, role: string, url: URL): Promise<void> {
  if (decodeURIComponent(url.username) !== role)
    throw new DatabaseAccessError(
      `the service's database URL must log in as ${role}, not as ${url.username}`,
    );
  const statement = (await owner.query(
    `SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text) AS sql`,
    [role, decodeURIComponent(url.password)],
  )) as { sql: string }[];
  try {
    await owner.query(statement[0]!.sql);
  } catch (error) {
    // Two migrations of one cluster at once: the winner set the same password.
    if (!(error instanceof Error && error.message.includes('tuple concurrently updated'))) throw error;
  }
}
