import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** People, their sessions and roles, workload identities, approvals; and more about API keys and workspaces. */
export class CreatePeople1763683200008 implements MigrationInterface {
  readonly name = 'CreatePeople1763683200008';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      ...workspaces,
      ...people,
      ...members,
      ...sessions,
      ...apiKeys,
      ...workloads,
      ...approvals,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION list_lapsed_approvals(integer)`,
      `DROP TABLE approval`,
      `DROP FUNCTION find_workload_identities(text, text)`,
      `DROP TABLE workload_identity`,
      `DROP FUNCTION record_key_uses(text[], text[], timestamptz[])`,
      `DROP FUNCTION find_api_keys_in_use(bytea[])`,
      `GRANT EXECUTE ON FUNCTION find_api_keys(bytea[]) TO evergrant_admin`,
      `DROP INDEX api_key_previous_key_hash`,
      `ALTER TABLE api_key DROP COLUMN previous_key_hash, DROP COLUMN previous_expires_at, DROP COLUMN rotated_at,
         DROP COLUMN allowed_addresses, DROP COLUMN last_used_at, DROP COLUMN person_id, DROP COLUMN previous_person_id,
         DROP COLUMN version`,
      `DROP FUNCTION find_session(bytea, text)`,
      `DROP TABLE session`,
      `DROP TABLE sign_in`,
      `DROP FUNCTION find_invitation(bytea)`,
      `DROP TABLE invitation`,
      `DROP FUNCTION make_first_admin(text, text)`,
      `DROP FUNCTION list_memberships(text)`,
      `DROP TABLE member`,
      `DROP FUNCTION are_one_human(text, text)`,
      `DROP TABLE person`,
      `DROP FUNCTION list_workspaces()`,
      `DROP POLICY definer_across_workspaces ON workspace`,
      `REVOKE SELECT ON workspace FROM evergrant_definer`,
      `REVOKE INSERT, UPDATE ON workspace FROM evergrant_auth_flow`,
      `ALTER TABLE workspace DROP COLUMN suspended_at, DROP COLUMN version`,
    ]);
  }
}

const workspaces = [
  `ALTER TABLE workspace ADD COLUMN suspended_at timestamptz, ADD COLUMN version integer NOT NULL DEFAULT 1`,
  `GRANT INSERT (id, name) ON workspace TO evergrant_auth_flow`,
  `GRANT UPDATE (name, suspended_at, version) ON workspace TO evergrant_auth_flow`,
  ...allowDefiner('workspace', 'SELECT'),
  // For roles that an issuer's claims give in every workspace.
  ...definerFunction(
    'list_workspaces()',
    `CREATE FUNCTION list_workspaces() RETURNS TABLE (workspace_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT w.id FROM workspace w ORDER BY w.id
     $$`,
    'evergrant_admin',
  ),
];

const people = [
  // Of no workspace: one person may be a member of several. Only admin knows this table.
  `CREATE TABLE person (
     id text PRIMARY KEY,
     issuer text NOT NULL,
     subject text NOT NULL,
     email text,
     email_verified boolean NOT NULL DEFAULT false,
     name text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     last_sign_in_at timestamptz,
     UNIQUE (issuer, subject)
   )`,
  `GRANT SELECT, INSERT, UPDATE ON person TO evergrant_admin`,
  `GRANT SELECT ON person TO evergrant_definer`,
  // Somebody may sign in at two identity providers: what needs two humans must not count them twice.
  ...definerFunction(
    'are_one_human(text, text)',
    `CREATE FUNCTION are_one_human(one text, other text) RETURNS boolean
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT EXISTS (
         SELECT FROM person a JOIN person b
           ON a.id = b.id OR a.email_verified AND b.email_verified AND lower(a.email) = lower(b.email)
         WHERE a.id = one AND b.id = other)
     $$`,
    'evergrant_admin',
    'evergrant_revocation_audit',
  ),
];

const role = `role text NOT NULL CHECK (role IN ('viewer', 'auditor', 'operator', 'admin'))`;

const members = [
  `CREATE TABLE member (
     workspace_id text NOT NULL REFERENCES workspace (id),
     person_id text NOT NULL REFERENCES person (id),
     ${role},
     source text NOT NULL CHECK (source IN ('claims', 'invitation', 'creation')),
     created_at timestamptz NOT NULL DEFAULT now(),
     version integer NOT NULL DEFAULT 1,
     PRIMARY KEY (workspace_id, person_id)
   )`,
  `CREATE INDEX member_person_id ON member (person_id)`,
  ...isolateByWorkspace('member'),
  ...allowDefiner('member', 'SELECT, INSERT'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON member TO evergrant_admin`,
  // A person who makes a workspace becomes its first admin in the same transaction; one that has members takes
  // them from those alone. The lock is the one under which admin changes members.
  ...definerFunction(
    'make_first_admin(text, text)',
    `CREATE FUNCTION make_first_admin(workspace text, person text) RETURNS boolean
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT pg_advisory_xact_lock(hashtextextended('evergrant.members ' || workspace, 0));
       WITH made AS (
         INSERT INTO member (workspace_id, person_id, role, source)
         SELECT workspace, person, 'admin', 'creation'
         WHERE NOT EXISTS (SELECT FROM member m WHERE m.workspace_id = workspace)
         RETURNING 1)
       SELECT count(*) = 1 FROM made
     $$`,
    'evergrant_auth_flow',
  ),
  ...definerFunction(
    'list_memberships(text)',
    `CREATE FUNCTION list_memberships(person text)
     RETURNS TABLE (workspace_id text, name text, role text, source text, suspended boolean, created_at timestamptz)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT m.workspace_id, w.name, m.role, m.source, w.suspended_at IS NOT NULL, w.created_at
       FROM member m JOIN workspace w ON w.id = m.workspace_id WHERE m.person_id = person ORDER BY w.name, w.id
     $$`,
    'evergrant_admin',
    'evergrant_auth_flow',
  ),
  `CREATE TABLE invitation (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     email text NOT NULL,
     ${role},
     token_hash bytea NOT NULL UNIQUE,
     approval_id text,
     invited_by jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     accepted_at timestamptz,
     accepted_by text REFERENCES person (id),
     revoked_at timestamptz,
     PRIMARY KEY (workspace_id, id)
   )`,
  ...isolateByWorkspace('invitation'),
  ...allowDefiner('invitation', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON invitation TO evergrant_admin`,
  ...definerFunction(
    'find_invitation(bytea)',
    `CREATE FUNCTION find_invitation(hash bytea) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.workspace_id, i.id FROM invitation i WHERE i.token_hash = hash
     $$`,
    'evergrant_admin',
  ),
];

const sessions = [
  `CREATE TABLE sign_in (
     state_hash bytea PRIMARY KEY,
     issuer text NOT NULL,
     browser_hash bytea NOT NULL,
     return_to text NOT NULL,
     max_age_seconds integer,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL
   )`,
  `CREATE INDEX sign_in_expires_at ON sign_in (expires_at)`,
  `GRANT SELECT, INSERT, DELETE ON sign_in TO evergrant_admin`,
  // In Postgres and not in Redis: a fail-over there must not resurrect a session that was ended.
  `CREATE TABLE session (
     secret_hash bytea PRIMARY KEY,
     id text NOT NULL UNIQUE,
     person_id text NOT NULL REFERENCES person (id),
     issuer text NOT NULL,
     issuer_session_id text,
     current_workspace_id text REFERENCES workspace (id),
     authenticated_at timestamptz NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     last_seen_at timestamptz NOT NULL DEFAULT now(),
     idle_seconds integer NOT NULL,
     expires_at timestamptz NOT NULL,
     ended_at timestamptz,
     end_reason text CHECK (end_reason IN ('signed_out', 'ended', 'replaced', 'issuer', 'idle', 'expired')),
     user_agent text,
     address text NOT NULL,
     sealed_id_token bytea
   )`,
  `CREATE INDEX session_person_id ON session (person_id) WHERE ended_at IS NULL`,
  `CREATE INDEX session_issuer_session_id ON session (issuer, issuer_session_id) WHERE ended_at IS NULL`,
  `CREATE INDEX session_expires_at ON session (expires_at)`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON session TO evergrant_admin`,
  `GRANT SELECT ON session TO evergrant_definer`,
  // One call a request: the session, its person, and their role in the workspace that the request names, or in the
  // session's own, or in the first they are a member of.
  ...definerFunction(
    'find_session(bytea, text)',
    `CREATE FUNCTION find_session(hash bytea, wished text)
     RETURNS TABLE (id text, person_id text, name text, email text, issuer text, authenticated_at timestamptz,
       last_seen_at timestamptz, expires_at timestamptz, workspace_id text, role text, suspended boolean)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT s.id, p.id, p.name, p.email, s.issuer, s.authenticated_at, s.last_seen_at, s.expires_at,
              m.workspace_id, m.role, w.suspended_at IS NOT NULL
       FROM session s JOIN person p ON p.id = s.person_id
       LEFT JOIN LATERAL (
         SELECT m.workspace_id, m.role FROM member m
         WHERE m.person_id = p.id AND (wished IS NULL OR m.workspace_id = wished)
         ORDER BY m.workspace_id = s.current_workspace_id DESC NULLS LAST, m.created_at, m.workspace_id LIMIT 1
       ) m ON true
       LEFT JOIN workspace w ON w.id = m.workspace_id
       WHERE s.secret_hash = hash AND s.ended_at IS NULL AND s.expires_at > now()
         AND s.last_seen_at + make_interval(secs => s.idle_seconds) > now()
     $$`,
    'evergrant_admin',
  ),
];

const apiKeys = [
  `ALTER TABLE api_key ADD COLUMN previous_key_hash bytea, ADD COLUMN previous_expires_at timestamptz,
     ADD COLUMN rotated_at timestamptz, ADD COLUMN allowed_addresses text[], ADD COLUMN last_used_at timestamptz,
     ADD COLUMN person_id text, ADD COLUMN previous_person_id text, ADD COLUMN version integer NOT NULL DEFAULT 1`,
  `CREATE UNIQUE INDEX api_key_previous_key_hash ON api_key (previous_key_hash) WHERE previous_key_hash IS NOT NULL`,
  `GRANT UPDATE (last_used_at) ON api_key TO evergrant_definer`,
  // People sign in at admin: it takes no keys any more.
  `REVOKE EXECUTE ON FUNCTION find_api_keys(bytea[]) FROM evergrant_admin`,
  // Follows find_api_keys, which services of the version before still call while this one is rolled out. A former key
  // expires when its overlap ends, so that whoever holds it makes nothing that outlives it; and whoever rotated it
  // answers for the new one, not for that.
  ...definerFunction(
    'find_api_keys_in_use(bytea[])',
    `CREATE FUNCTION find_api_keys_in_use(hashes bytea[])
     RETURNS TABLE (key_hash bytea, workspace_id text, id text, name text, scopes text[], suspended boolean,
       expires_at timestamptz, allowed_addresses text[], person_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT f.hash, k.workspace_id, k.id, k.name, k.scopes, w.suspended_at IS NOT NULL,
              least(k.expires_at, f.until), k.allowed_addresses, f.person_id
       FROM (
         SELECT key_hash AS hash, workspace_id, id, NULL::timestamptz AS until, person_id FROM api_key
         WHERE key_hash = ANY (hashes)
         UNION ALL
         SELECT previous_key_hash, workspace_id, id, previous_expires_at, previous_person_id FROM api_key
         WHERE previous_key_hash = ANY (hashes) AND previous_expires_at > now()
       ) f
       JOIN api_key k ON k.workspace_id = f.workspace_id AND k.id = f.id
       JOIN workspace w ON w.id = k.workspace_id
       WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
     $$`,
    'evergrant_auth_flow',
    'evergrant_revocation_audit',
  ),
  ...definerFunction(
    'record_key_uses(text[], text[], timestamptz[])',
    `CREATE FUNCTION record_key_uses(workspaces text[], ids text[], times timestamptz[]) RETURNS void
     LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
       UPDATE api_key k SET last_used_at = u.at
       FROM unnest(workspaces, ids, times) AS u (workspace_id, id, at)
       WHERE k.workspace_id = u.workspace_id AND k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)
     $$`,
    'evergrant_auth_flow',
    'evergrant_revocation_audit',
  ),
];

const workloads = [
  `CREATE TABLE workload_identity (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     name text NOT NULL,
     issuer text NOT NULL,
     jwks jsonb,
     claims jsonb NOT NULL,
     scopes text[] NOT NULL,
     person_id text,
     created_at timestamptz NOT NULL DEFAULT now(),
     version integer NOT NULL DEFAULT 1,
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE INDEX workload_identity_issuer ON workload_identity (workspace_id, issuer)`,
  ...isolateByWorkspace('workload_identity'),
  ...allowDefiner('workload_identity', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON workload_identity TO evergrant_auth_flow`,
  ...definerFunction(
    'find_workload_identities(text, text)',
    `CREATE FUNCTION find_workload_identities(workspace text, token_issuer text)
     RETURNS TABLE (id text, claims jsonb, scopes text[], jwks jsonb, person_id text, suspended boolean)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.id, i.claims, i.scopes, i.jwks, i.person_id, w.suspended_at IS NOT NULL
       FROM workload_identity i JOIN workspace w ON w.id = i.workspace_id
       WHERE i.workspace_id = workspace AND i.issuer = token_issuer ORDER BY i.id
     $$`,
    'evergrant_auth_flow',
    'evergrant_revocation_audit',
  ),
];

const approvals = [
  `CREATE TABLE approval (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     action text NOT NULL,
     subject_type text NOT NULL,
     subject_id text NOT NULL,
     content jsonb NOT NULL,
     content_hash text NOT NULL,
     reason text NOT NULL,
     state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn', 'lapsed')),
     requested_by jsonb NOT NULL,
     requested_by_person text,
     requested_at timestamptz NOT NULL DEFAULT now(),
     lapses_at timestamptz NOT NULL,
     decided_by jsonb,
     decided_at timestamptz,
     comment text,
     used_at timestamptz,
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE INDEX approval_lapses_at ON approval (lapses_at) WHERE state = 'pending'`,
  ...isolateByWorkspace('approval'),
  ...allowDefiner('approval', 'SELECT'),
  // What was asked for never changes: only its fate does.
  `GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, comment, used_at) ON approval TO evergrant_admin, evergrant_revocation_audit`,
  ...definerFunction(
    'list_lapsed_approvals(integer)',
    `CREATE FUNCTION list_lapsed_approvals(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT a.workspace_id, a.id FROM approval a WHERE a.state = 'pending' AND a.lapses_at <= now()
       ORDER BY a.lapses_at LIMIT batch
     $$`,
    'evergrant_admin',
  ),
];
