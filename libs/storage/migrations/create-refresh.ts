import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Refresh attempts, landings, and the outbox with its positions and consumers. */
export class CreateRefresh1763683200004 implements MigrationInterface {
  readonly name = 'CreateRefresh1763683200004';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...attempt, ...landing, ...outbox, ...consumers]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION list_workspaces_with_news(text)`,
      `DROP FUNCTION list_outbox_workspaces(integer)`,
      `DROP FUNCTION list_overdue_attempts(integer)`,
      `DROP TABLE event_hour_count`,
      `DROP TABLE consumer_cursor`,
      `DROP TABLE event_position`,
      `DROP TABLE outbox_event`,
      `DROP TABLE token_landing`,
      `DROP TABLE refresh_attempt`,
    ]);
  }
}

const attempt = [
  `CREATE TABLE refresh_attempt (
     workspace_id text NOT NULL,
     id text NOT NULL,
     connection_id text NOT NULL,
     slot text NOT NULL,
     worker text NOT NULL,
     trigger text NOT NULL,
     fence integer NOT NULL,
     base_generation integer NOT NULL,
     refresh_token_fingerprint bytea,
     state text NOT NULL CHECK (state IN ('intent', 'not_sent', 'ambiguous', 'landed', 'promoted', 'orphaned',
       'failed', 'resolved')),
     deadline timestamptz NOT NULL,
     resolve_at timestamptz,
     failure_class text,
     error_code text,
     http_status integer,
     started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     closed_at timestamptz,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, connection_id, slot) REFERENCES connection_slot ON DELETE CASCADE
   )`,
  `CREATE INDEX refresh_attempt_slot ON refresh_attempt (workspace_id, connection_id, slot, started_at DESC)`,
  `CREATE INDEX refresh_attempt_open ON refresh_attempt (resolve_at) WHERE closed_at IS NULL`,
  ...isolateByWorkspace('refresh_attempt'),
  ...allowDefiner('refresh_attempt', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON refresh_attempt TO evergrant_refresh_worker`,
  `GRANT SELECT ON refresh_attempt TO evergrant_auth_flow, evergrant_revocation_audit, evergrant_admin`,
  ...definerFunction(
    'list_overdue_attempts(integer)',
    `CREATE FUNCTION list_overdue_attempts(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT a.workspace_id, a.id FROM refresh_attempt a
       WHERE a.closed_at IS NULL AND a.resolve_at <= now() ORDER BY a.resolve_at LIMIT batch
     $$`,
    'evergrant_refresh_worker',
  ),
];

const landing = [
  `CREATE TABLE token_landing (
     workspace_id text NOT NULL,
     attempt_id text NOT NULL,
     state text NOT NULL CHECK (state IN ('landed', 'quarantined', 'orphaned')),
     sealed_answer bytea NOT NULL,
     landed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     PRIMARY KEY (workspace_id, attempt_id),
     FOREIGN KEY (workspace_id, attempt_id) REFERENCES refresh_attempt ON DELETE CASCADE
   )`,
  ...isolateByWorkspace('token_landing'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON token_landing TO evergrant_refresh_worker`,
  `GRANT SELECT, DELETE ON token_landing TO evergrant_revocation_audit`,
  `GRANT SELECT (workspace_id, attempt_id, state, landed_at) ON token_landing TO evergrant_admin`,
];

const outbox = [
  `CREATE TABLE outbox_event (
     workspace_id text NOT NULL,
     id text NOT NULL,
     sequence bigint GENERATED ALWAYS AS IDENTITY,
     subject text NOT NULL,
     type text NOT NULL,
     data jsonb NOT NULL,
     occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     position bigint,
     published_at timestamptz,
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE UNIQUE INDEX outbox_event_position ON outbox_event (workspace_id, position) WHERE position IS NOT NULL`,
  `CREATE INDEX outbox_event_subject ON outbox_event (workspace_id, subject, sequence)`,
  `CREATE INDEX outbox_event_unpositioned ON outbox_event (sequence) WHERE position IS NULL`,
  `CREATE INDEX outbox_event_unpublished ON outbox_event (sequence) WHERE position IS NOT NULL AND published_at IS NULL`,
  `CREATE INDEX outbox_event_occurred_at ON outbox_event (occurred_at)`,
  ...isolateByWorkspace('outbox_event'),
  ...allowDefiner('outbox_event', 'SELECT, DELETE'),
  `GRANT INSERT ON outbox_event TO evergrant_auth_flow, evergrant_refresh_worker, evergrant_revocation_audit`,
  `GRANT SELECT ON outbox_event TO evergrant_auth_flow, evergrant_admin`,
  `GRANT SELECT, UPDATE (position, published_at) ON outbox_event TO evergrant_refresh_worker`,
  // The row whose lock puts the events of one workspace into an order that never changes.
  `CREATE TABLE event_position (
     workspace_id text PRIMARY KEY REFERENCES workspace (id),
     last bigint NOT NULL
   )`,
  ...isolateByWorkspace('event_position'),
  ...allowDefiner('event_position', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON event_position TO evergrant_refresh_worker`,
  `GRANT SELECT ON event_position TO evergrant_auth_flow, evergrant_admin`,
  ...definerFunction(
    'list_outbox_workspaces(integer)',
    `CREATE FUNCTION list_outbox_workspaces(batch integer)
     RETURNS TABLE (workspace_id text, unpositioned boolean, unpublished boolean)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT p.workspace_id, bool_or(p.fresh), bool_or(NOT p.fresh) FROM (
         (SELECT o.workspace_id, true AS fresh FROM outbox_event o WHERE o.position IS NULL
            ORDER BY o.sequence LIMIT batch)
         UNION ALL
         (SELECT o.workspace_id, false FROM outbox_event o WHERE o.position IS NOT NULL AND o.published_at IS NULL
            ORDER BY o.sequence LIMIT batch)
       ) p GROUP BY p.workspace_id
     $$`,
    'evergrant_refresh_worker',
  ),
];

const consumers = [
  `CREATE TABLE consumer_cursor (
     workspace_id text NOT NULL REFERENCES workspace (id),
     consumer text NOT NULL,
     position bigint NOT NULL,
     PRIMARY KEY (workspace_id, consumer)
   )`,
  ...isolateByWorkspace('consumer_cursor'),
  ...allowDefiner('consumer_cursor', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON consumer_cursor TO evergrant_admin`,
  `CREATE TABLE event_hour_count (
     workspace_id text NOT NULL REFERENCES workspace (id),
     hour timestamptz NOT NULL,
     integration_id text NOT NULL,
     type text NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (workspace_id, hour, integration_id, type)
   )`,
  ...isolateByWorkspace('event_hour_count'),
  `GRANT SELECT, INSERT, UPDATE ON event_hour_count TO evergrant_admin`,
  ...definerFunction(
    'list_workspaces_with_news(text)',
    `CREATE FUNCTION list_workspaces_with_news(consumer_name text) RETURNS TABLE (workspace_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT p.workspace_id FROM event_position p
       LEFT JOIN consumer_cursor c ON c.workspace_id = p.workspace_id AND c.consumer = consumer_name
       WHERE p.last > coalesce(c.position, 0)
     $$`,
    'evergrant_admin',
  ),
];
