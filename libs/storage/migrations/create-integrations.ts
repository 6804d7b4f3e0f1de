import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Integrations with their sealed client secrets, connect sessions and authorization requests. */
export class CreateIntegrations1763683200002 implements MigrationInterface {
  readonly name = 'CreateIntegrations1763683200002';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...integration, ...connectSession, ...authorizationRequest]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION find_authorization_request(bytea)`,
      `DROP FUNCTION find_connect_session(bytea)`,
      `DROP FUNCTION find_integration(text)`,
      `DROP TABLE authorization_request`,
      `DROP TABLE connect_session`,
      `DROP TABLE integration_secret`,
      `DROP TABLE integration`,
    ]);
  }
}

const integration = [
  `CREATE TABLE integration (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     provider text NOT NULL,
     name text NOT NULL,
     state text NOT NULL CHECK (state IN ('draft', 'active', 'paused')),
     paused_reason text,
     client_id text,
     token_endpoint_auth_method text NOT NULL,
     scopes text[] NOT NULL,
     return_urls text[] NOT NULL,
     refresh_policy text NOT NULL CHECK (refresh_policy IN ('ahead', 'on_demand')),
     confirmation boolean NOT NULL,
     settings jsonb NOT NULL,
     version integer NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE UNIQUE INDEX integration_id ON integration (id)`,
  ...isolateByWorkspace('integration'),
  ...allowDefiner('integration', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON integration TO evergrant_auth_flow`,
  `GRANT SELECT, UPDATE (state, paused_reason, version, updated_at) ON integration TO evergrant_refresh_worker`,
  `GRANT SELECT ON integration TO evergrant_revocation_audit, evergrant_admin`,
  // A callback with a wrong state still names its integration, which is how its denial finds an audit log.
  ...definerFunction(
    'find_integration(text)',
    `CREATE FUNCTION find_integration(integration text) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.workspace_id, i.id FROM integration i WHERE i.id = integration
     $$`,
    'evergrant_auth_flow',
  ),
  `CREATE TABLE integration_secret (
     workspace_id text NOT NULL,
     id text NOT NULL,
     integration_id text NOT NULL,
     sealed bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, integration_id) REFERENCES integration ON DELETE CASCADE
   )`,
  `CREATE INDEX integration_secret_integration ON integration_secret (workspace_id, integration_id, created_at DESC)`,
  ...isolateByWorkspace('integration_secret'),
  `GRANT SELECT, INSERT, DELETE ON integration_secret TO evergrant_auth_flow`,
  `GRANT SELECT ON integration_secret TO evergrant_refresh_worker, evergrant_revocation_audit`,
];

const connectSession = [
  `CREATE TABLE connect_session (
     workspace_id text NOT NULL,
     id text NOT NULL,
     integration_id text NOT NULL,
     token_hash bytea NOT NULL UNIQUE,
     end_user_id text NOT NULL,
     end_user_email text,
     end_user_name text,
     scopes text[] NOT NULL,
     resource text[] NOT NULL,
     return_url text,
     confirmation boolean NOT NULL,
     reconnect_connection_id text,
     state text NOT NULL CHECK (state IN ('open', 'awaiting_confirmation', 'completed', 'failed')),
     connection_id text,
     failure_code text,
     failure_detail text,
     confirmation_code_hash bytea,
     created_by jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     completed_at timestamptz,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, integration_id) REFERENCES integration ON DELETE CASCADE
   )`,
  `CREATE INDEX connect_session_integration ON connect_session (workspace_id, integration_id)`,
  ...isolateByWorkspace('connect_session'),
  ...allowDefiner('connect_session', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON connect_session TO evergrant_auth_flow`,
  `GRANT SELECT (workspace_id, id, integration_id, end_user_id, end_user_email, end_user_name, scopes, return_url,
     confirmation, state, connection_id, failure_code, failure_detail, created_at, expires_at, completed_at)
   ON connect_session TO evergrant_admin`,
  ...definerFunction(
    'find_connect_session(bytea)',
    `CREATE FUNCTION find_connect_session(hash bytea) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT s.workspace_id, s.id FROM connect_session s WHERE s.token_hash = hash
     $$`,
    'evergrant_auth_flow',
  ),
];

const authorizationRequest = [
  // One row a visit to /start: state is used once, by the conditional UPDATE of used_at.
  `CREATE TABLE authorization_request (
     workspace_id text NOT NULL,
     id text NOT NULL,
     connect_session_id text NOT NULL,
     integration_id text NOT NULL,
     state_hash bytea NOT NULL UNIQUE,
     browser_hash bytea NOT NULL,
     sealed bytea,
     holds_grant boolean NOT NULL DEFAULT false,
     redirect_uri text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     used_at timestamptz,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, connect_session_id) REFERENCES connect_session ON DELETE CASCADE
   )`,
  `CREATE INDEX authorization_request_session ON authorization_request (workspace_id, connect_session_id)`,
  `CREATE INDEX authorization_request_expires_at ON authorization_request (expires_at)`,
  ...isolateByWorkspace('authorization_request'),
  ...allowDefiner('authorization_request', 'SELECT, DELETE'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON authorization_request TO evergrant_auth_flow`,
  ...definerFunction(
    'find_authorization_request(bytea)',
    `CREATE FUNCTION find_authorization_request(hash bytea) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT a.workspace_id, a.id FROM authorization_request a WHERE a.state_hash = hash
     $$`,
    'evergrant_auth_flow',
  ),
];
