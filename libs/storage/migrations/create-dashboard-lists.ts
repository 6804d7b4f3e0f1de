import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** What the dashboard's lists are sorted and searched by, and what a person keeps of them. */
export class CreateDashboardLists1763683200025 implements MigrationInterface {
  readonly name = 'CreateDashboardLists1763683200025';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...orders, ...search, ...audit, ...connectLinks, ...kept]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP TABLE person_preferences`,
      `DROP TABLE saved_view`,
      `DROP INDEX audit_entry_actor`,
      `CREATE INDEX audit_entry_actor ON audit_entry (workspace_id, actor_id, sequence)`,
      `REVOKE SELECT (created_by, reconnect_connection_id) ON connect_session FROM evergrant_admin`,
      `DROP INDEX connect_session_end_user, connect_session_state`,
      `DROP FUNCTION list_connections_of_scope(text, integer)`,
      `ALTER TABLE connection DROP COLUMN search_end_user, DROP COLUMN search_email, DROP COLUMN search_name`,
      `DROP INDEX connection_usage_last_read_hour`,
      `ALTER TABLE connection_usage DROP COLUMN last_read_hour`,
      `DROP INDEX connection_slot_expires_at`,
      `CREATE INDEX connection_slot_expires_at ON connection_slot (workspace_id, expires_at)`,
      `DROP INDEX connection_integration, connection_state, connection_created_at`,
      `CREATE INDEX connection_integration ON connection (workspace_id, integration_id, state)`,
    ]);
  }
}

const orders = [
  `CREATE INDEX connection_created_at ON connection (workspace_id, created_at, id)`,
  `CREATE INDEX connection_state ON connection (workspace_id, state, created_at, id)`,
  `DROP INDEX connection_integration`,
  `CREATE INDEX connection_integration ON connection (workspace_id, integration_id, state, created_at, id)`,
  `DROP INDEX connection_slot_expires_at`,
  `CREATE INDEX connection_slot_expires_at ON connection_slot (workspace_id, expires_at, connection_id)`,
  // By the hour: an index on the time itself would be written with every flush of reads.
  `ALTER TABLE connection_usage ADD COLUMN last_read_hour timestamptz
     GENERATED ALWAYS AS (date_bin('1 hour', last_read_at, timestamptz '1970-01-01 00:00:00+00')) STORED`,
  `CREATE INDEX connection_usage_last_read_hour ON connection_usage (workspace_id, last_read_hour, connection_id)`,
];

const search = [
  // Columns and not expressions: under row-level security an index serves only what cannot leak, and lower() and LIKE may.
  `ALTER TABLE connection
     ADD COLUMN search_end_user text COLLATE "C" GENERATED ALWAYS AS (lower(end_user_id)) STORED,
     ADD COLUMN search_email text COLLATE "C" GENERATED ALWAYS AS (lower(end_user_email)) STORED,
     ADD COLUMN search_name text COLLATE "C" GENERATED ALWAYS AS (lower(end_user_name)) STORED`,
  `CREATE INDEX connection_search_end_user ON connection (workspace_id, search_end_user)`,
  `CREATE INDEX connection_search_email ON connection (workspace_id, search_email)`,
  `CREATE INDEX connection_search_name ON connection (workspace_id, search_name)`,
  // So may the operator of arrays, whose index knows bitmaps alone: of the workspace that the caller is bound to, and no other.
  ...definerFunction(
    'list_connections_of_scope(text, integer)',
    `CREATE FUNCTION list_connections_of_scope(scope text, batch integer) RETURNS TABLE (id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_bitmapscan = on AS $$
       SELECT c.id FROM connection c
       WHERE c.scopes_granted @> ARRAY[scope] AND c.workspace_id = current_setting('evergrant.workspace', true) LIMIT batch
     $$`,
    'evergrant_admin',
  ),
];

const audit = [
  // An actor with an action of which they did nothing would be looked for in all that either did.
  `DROP INDEX audit_entry_actor`,
  `CREATE INDEX audit_entry_actor ON audit_entry (workspace_id, actor_id, action, sequence)`,
];

const connectLinks = [
  `GRANT SELECT (created_by, reconnect_connection_id) ON connect_session TO evergrant_admin`,
  `CREATE INDEX connect_session_end_user ON connect_session (workspace_id, end_user_id, id)`,
  `CREATE INDEX connect_session_state ON connect_session (workspace_id, state, id)`,
];

const kept = [
  `CREATE TABLE saved_view (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     person_id text NOT NULL REFERENCES person (id),
     page text NOT NULL,
     name text NOT NULL,
     query jsonb NOT NULL,
     shared boolean NOT NULL,
     version integer NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id),
     CONSTRAINT saved_view_name UNIQUE (workspace_id, person_id, page, name)
   )`,
  ...isolateByWorkspace('saved_view'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO evergrant_admin`,
  // Of no workspace: how a person likes the dashboard. Only admin knows this table.
  `CREATE TABLE person_preferences (
     person_id text PRIMARY KEY REFERENCES person (id),
     preferences jsonb NOT NULL,
     version integer NOT NULL DEFAULT 1,
     updated_at timestamptz NOT NULL DEFAULT now()
   )`,
  `GRANT SELECT, INSERT, UPDATE ON person_preferences TO evergrant_admin`,
];
