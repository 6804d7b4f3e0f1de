import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** What dead and unread connections come to, the removal of end users, and how long security events are kept. */
export class CreateReaper1763683200019 implements MigrationInterface {
  readonly name = 'CreateReaper1763683200019';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...ages, ...policies, ...spared, ...removals, ...erasing, ...securityEvents]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION delete_old_security_events(interval, integer)`,
      `REVOKE DELETE ON security_event FROM evergrant_definer`,
      `DROP INDEX security_event_received_at`,
      `DROP INDEX connect_session_reconnect`,
      `DROP INDEX connect_session_connection`,
      `REVOKE SELECT (workspace_id, id, connection_id, reconnect_connection_id, end_user_id, state), UPDATE (state), DELETE
         ON connect_session FROM evergrant_revocation_audit`,
      `REVOKE DELETE ON connect_session FROM evergrant_auth_flow`,
      `REVOKE DELETE ON connection FROM evergrant_revocation_audit`,
      `DROP FUNCTION list_due_end_user_removals(integer)`,
      `DROP TABLE end_user_removal`,
      // Of every workspace: the owner sees them only where row-level security does not bind it too.
      `ALTER TABLE revocation_target NO FORCE ROW LEVEL SECURITY`,
      `UPDATE revocation_target SET state = 'already_dead' WHERE state = 'spared'`,
      `ALTER TABLE revocation_target FORCE ROW LEVEL SECURITY`,
      ...targetStates(`'waiting', 'killed', 'already_dead', 'erased'`),
      `DROP FUNCTION reads_recorded_until()`,
      `DROP FUNCTION list_due_reapers(integer)`,
      `DROP TABLE reaper_run`,
      `DROP TABLE reaper_policy`,
      `DROP INDEX connection_ended`,
      `ALTER TABLE connection DROP COLUMN state_since, DROP COLUMN readable_since`,
    ]);
  }
}

const ages = [
  // Since when it is in its state, and since when its token can be read without a break. Null: not changed since these
  // columns are here, so that updated_at and created_at say it.
  `ALTER TABLE connection ADD COLUMN state_since timestamptz, ADD COLUMN readable_since timestamptz`,
  `CREATE INDEX connection_ended ON connection (workspace_id, state, coalesce(state_since, updated_at))
     WHERE state IN ('needs_reauthorization', 'revoked', 'expired')`,
];

const rule = `rule text NOT NULL CHECK (rule IN ('dead', 'unread', 'erase'))`;

const policies = [
  `CREATE TABLE reaper_policy (
     workspace_id text PRIMARY KEY REFERENCES workspace (id),
     dead_after_days integer CHECK (dead_after_days > 0),
     dead_action text NOT NULL CHECK (dead_action IN ('list', 'revoke')),
     unread_after_days integer CHECK (unread_after_days > 0),
     unread_action text NOT NULL CHECK (unread_action IN ('list', 'revoke')),
     erase_after_days integer CHECK (erase_after_days > 0),
     erase_action text NOT NULL CHECK (erase_action IN ('list', 'erase')),
     daily_maximum integer NOT NULL CHECK (daily_maximum > 0),
     changed_by_person text,
     next_run_at timestamptz,
     last_run_at timestamptz,
     held text,
     version integer NOT NULL DEFAULT 1,
     updated_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX reaper_policy_next_run_at ON reaper_policy (next_run_at) WHERE next_run_at IS NOT NULL`,
  ...isolateByWorkspace('reaper_policy'),
  ...allowDefiner('reaper_policy', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON reaper_policy TO evergrant_revocation_audit`,
  // Of a rule that revokes: the job that does it. Of erasing: one chunk, which is done.
  `CREATE TABLE reaper_run (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     ${rule},
     after_days integer NOT NULL,
     revocation_id text,
     total integer NOT NULL,
     started_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, revocation_id) REFERENCES revocation ON DELETE CASCADE
   )`,
  `CREATE INDEX reaper_run_revocation ON reaper_run (workspace_id, revocation_id)`,
  `CREATE INDEX reaper_run_started_at ON reaper_run (workspace_id, started_at)`,
  ...isolateByWorkspace('reaper_run'),
  `GRANT SELECT, INSERT ON reaper_run TO evergrant_revocation_audit`,
  // Nobody can read in a workspace that is suspended: that nobody did says nothing.
  ...definerFunction(
    'list_due_reapers(integer)',
    `CREATE FUNCTION list_due_reapers(batch integer) RETURNS TABLE (workspace_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT p.workspace_id FROM reaper_policy p JOIN workspace w ON w.id = p.workspace_id
       WHERE p.next_run_at <= now() AND w.suspended_at IS NULL ORDER BY p.next_run_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
  ...definerFunction(
    'reads_recorded_until()',
    `CREATE FUNCTION reads_recorded_until() RETURNS timestamptz
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT max(r.flushed_at) FROM read_attribution_replica r WHERE NOT r.clean_end
     $$`,
    'evergrant_revocation_audit',
  ),
];

function targetStates(states: string): string[] {
  return [
    `ALTER TABLE revocation_target DROP CONSTRAINT revocation_target_state_check`,
    `ALTER TABLE revocation_target ADD CONSTRAINT revocation_target_state_check CHECK (state IN (${states}))`,
  ];
}

// Of a policy's job: read, or authorized again, before its turn came.
const spared = targetStates(`'waiting', 'killed', 'already_dead', 'erased', 'spared'`);

const removals = [
  `CREATE TABLE end_user_removal (
     workspace_id text NOT NULL,
     id text NOT NULL,
     end_user_id text NOT NULL,
     revocation_id text NOT NULL,
     state text NOT NULL DEFAULT 'revoking' CHECK (state IN ('revoking', 'erased', 'stopped')),
     connections integer NOT NULL,
     connect_sessions integer NOT NULL,
     erased integer NOT NULL DEFAULT 0,
     requested_by jsonb NOT NULL,
     request_id text,
     next_attempt_at timestamptz DEFAULT now(),
     created_at timestamptz NOT NULL DEFAULT now(),
     finished_at timestamptz,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, revocation_id) REFERENCES revocation ON DELETE CASCADE
   )`,
  `CREATE INDEX end_user_removal_end_user ON end_user_removal (workspace_id, end_user_id)`,
  `CREATE UNIQUE INDEX end_user_removal_open ON end_user_removal (workspace_id, end_user_id) WHERE state = 'revoking'`,
  `CREATE INDEX end_user_removal_due ON end_user_removal (next_attempt_at) WHERE state = 'revoking'`,
  ...isolateByWorkspace('end_user_removal'),
  ...allowDefiner('end_user_removal', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON end_user_removal TO evergrant_revocation_audit`,
  ...definerFunction(
    'list_due_end_user_removals(integer)',
    `CREATE FUNCTION list_due_end_user_removals(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT r.workspace_id, r.id FROM end_user_removal r
       WHERE r.state = 'revoking' AND r.next_attempt_at <= now() ORDER BY r.next_attempt_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
];

const erasing = [
  `GRANT DELETE ON connection TO evergrant_revocation_audit`,
  // They hold an end user's name and address, and what was sealed on the way.
  `GRANT DELETE ON connect_session TO evergrant_auth_flow`,
  `GRANT SELECT (workspace_id, id, connection_id, reconnect_connection_id, end_user_id, state), UPDATE (state), DELETE
     ON connect_session TO evergrant_revocation_audit`,
  `CREATE INDEX connect_session_connection ON connect_session (workspace_id, connection_id) WHERE connection_id IS NOT NULL`,
  `CREATE INDEX connect_session_reconnect ON connect_session (workspace_id, reconnect_connection_id)
     WHERE reconnect_connection_id IS NOT NULL`,
];

const securityEvents = [
  `CREATE INDEX security_event_received_at ON security_event (received_at) WHERE state = 'processed'`,
  `GRANT DELETE ON security_event TO evergrant_definer`,
  // A jti must be known for as long as its SET would be taken: until it was issued too long ago.
  ...definerFunction(
    'delete_old_security_events(interval, integer)',
    `CREATE FUNCTION delete_old_security_events(kept interval, batch integer) RETURNS bigint
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH gone AS (
         DELETE FROM security_event e WHERE (e.workspace_id, e.id) IN (
           SELECT o.workspace_id, o.id FROM security_event o
           WHERE o.state = 'processed' AND o.received_at < now() - kept AND o.issued_at < now() - kept
           ORDER BY o.received_at LIMIT batch) RETURNING 1
       ) SELECT count(*) FROM gone
     $$`,
    'evergrant_revocation_audit',
  ),
];
