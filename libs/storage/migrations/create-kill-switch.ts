import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Revocations of many connections at once, whose targets are fixed when they are asked for; and freezes. */
export class CreateKillSwitch1763683200009 implements MigrationInterface {
  readonly name = 'CreateKillSwitch1763683200009';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...revocations, ...freezes, ...openJobs, ...approvals, ...reports]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP TABLE report_key`,
      `REVOKE UPDATE (approval_above) ON workspace FROM evergrant_auth_flow`,
      `ALTER TABLE workspace DROP COLUMN approval_above`,
      `DROP FUNCTION list_open_jobs(integer)`,
      `ALTER TABLE connection DROP COLUMN frozen_by`,
      `DROP TABLE freeze_target`,
      `DROP TABLE connection_freeze`,
      `DROP TABLE revocation_target`,
      `DROP INDEX revocation_item_connection`,
      `DROP INDEX revocation_item_pending`,
      `DROP POLICY definer_across_workspaces ON revocation`,
      `REVOKE SELECT ON revocation FROM evergrant_definer`,
      // What the schema before cannot hold. Its owner, too, sees no row while row-level security is forced.
      `ALTER TABLE revocation NO FORCE ROW LEVEL SECURITY`,
      `ALTER TABLE revocation_item NO FORCE ROW LEVEL SECURITY`,
      `DELETE FROM revocation WHERE connection_id IS NULL`,
      `ALTER TABLE revocation_item FORCE ROW LEVEL SECURITY`,
      `ALTER TABLE revocation FORCE ROW LEVEL SECURITY`,
      `DROP INDEX revocation_open_job`,
      `ALTER TABLE revocation DROP CONSTRAINT revocation_of_one_or_many, DROP COLUMN selector, DROP COLUMN state,
         DROP COLUMN total, DROP COLUMN already_dead, DROP COLUMN targets_hash, DROP COLUMN approval_id,
         DROP COLUMN request_id, DROP COLUMN started_at, DROP COLUMN dead_at, ALTER COLUMN connection_id SET NOT NULL`,
    ]);
  }
}

const revocations = [
  // Of one connection, or of a selection: then what it hits is in revocation_target.
  `ALTER TABLE revocation ALTER COLUMN connection_id DROP NOT NULL,
     ADD COLUMN selector jsonb,
     ADD COLUMN state text NOT NULL DEFAULT 'running'
       CHECK (state IN ('awaiting_approval', 'running', 'paused', 'cancelled', 'rejected')),
     ADD COLUMN total integer,
     ADD COLUMN already_dead integer,
     ADD COLUMN targets_hash text,
     ADD COLUMN approval_id text,
     ADD COLUMN request_id text,
     ADD COLUMN started_at timestamptz,
     ADD COLUMN dead_at timestamptz,
     ADD CONSTRAINT revocation_of_one_or_many CHECK ((connection_id IS NULL) = (selector IS NOT NULL))`,
  `CREATE INDEX revocation_open_job ON revocation (created_at)
     WHERE selector IS NOT NULL AND finished_at IS NULL AND state IN ('running', 'cancelled')`,
  ...allowDefiner('revocation', 'SELECT'),
  `CREATE INDEX revocation_item_pending ON revocation_item (workspace_id, revocation_id) WHERE state = 'pending'`,
  `CREATE INDEX revocation_item_connection ON revocation_item (workspace_id, revocation_id, connection_id)`,
  `CREATE TABLE revocation_target (
     workspace_id text NOT NULL,
     revocation_id text NOT NULL,
     connection_id text NOT NULL,
     state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'killed', 'already_dead', 'erased')),
     changed_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, revocation_id, connection_id),
     FOREIGN KEY (workspace_id, revocation_id) REFERENCES revocation ON DELETE CASCADE
   )`,
  `CREATE INDEX revocation_target_waiting ON revocation_target (workspace_id, revocation_id, connection_id)
     WHERE state = 'waiting'`,
  `CREATE INDEX revocation_target_connection ON revocation_target (workspace_id, connection_id) WHERE state = 'killed'`,
  ...isolateByWorkspace('revocation_target'),
  `GRANT SELECT, INSERT, UPDATE ON revocation_target TO evergrant_revocation_audit`,
];

const freezes = [
  `CREATE TABLE connection_freeze (
     workspace_id text NOT NULL,
     id text NOT NULL,
     selector jsonb NOT NULL,
     reason text NOT NULL,
     requested_by jsonb NOT NULL,
     request_id text,
     state text NOT NULL CHECK (state IN ('freezing', 'frozen', 'lifting', 'lifted')),
     total integer NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     lifted_by jsonb,
     lifted_at timestamptz,
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE INDEX connection_freeze_open ON connection_freeze (created_at) WHERE state IN ('freezing', 'lifting')`,
  ...isolateByWorkspace('connection_freeze'),
  ...allowDefiner('connection_freeze', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON connection_freeze TO evergrant_revocation_audit`,
  // due: when each slot would have been renewed, so that lifting the freeze goes on from there.
  `CREATE TABLE freeze_target (
     workspace_id text NOT NULL,
     freeze_id text NOT NULL,
     connection_id text NOT NULL,
     state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'frozen', 'skipped', 'lifted')),
     due jsonb,
     changed_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, freeze_id, connection_id),
     FOREIGN KEY (workspace_id, freeze_id) REFERENCES connection_freeze ON DELETE CASCADE
   )`,
  `CREATE INDEX freeze_target_open ON freeze_target (workspace_id, freeze_id, state, connection_id)`,
  `CREATE INDEX freeze_target_connection ON freeze_target (workspace_id, connection_id) WHERE state = 'frozen'`,
  ...isolateByWorkspace('freeze_target'),
  `GRANT SELECT, INSERT, UPDATE ON freeze_target TO evergrant_revocation_audit`,
  // The freeze that a paused connection is paused by; NULL where somebody paused it by itself.
  `ALTER TABLE connection ADD COLUMN frozen_by text`,
];

const openJobs = [
  // One that only waits for providers is nobody's work until the last of them was told.
  ...definerFunction(
    'list_open_jobs(integer)',
    `CREATE FUNCTION list_open_jobs(batch integer) RETURNS TABLE (workspace_id text, kind text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       (SELECT r.workspace_id, 'revocation', r.id FROM revocation r
        WHERE r.selector IS NOT NULL AND r.finished_at IS NULL AND r.state IN ('running', 'cancelled')
          AND ((r.state = 'running' AND r.dead_at IS NULL) OR NOT EXISTS (
            SELECT FROM revocation_item i
            WHERE i.workspace_id = r.workspace_id AND i.revocation_id = r.id AND i.state = 'pending'))
        ORDER BY r.created_at LIMIT batch)
       UNION ALL
       (SELECT f.workspace_id, 'freeze', f.id FROM connection_freeze f WHERE f.state IN ('freezing', 'lifting')
        ORDER BY f.created_at LIMIT batch)
     $$`,
    'evergrant_revocation_audit',
  ),
];

const approvals = [
  // How many connections may be revoked at once without a second human; NULL: as the installation says.
  `ALTER TABLE workspace ADD COLUMN approval_above integer CHECK (approval_above >= 0)`,
  `GRANT UPDATE (approval_above) ON workspace TO evergrant_auth_flow`,
];

const reports = [
  // Signs what a workspace takes away as proof. The private half is sealed by the vault.
  `CREATE TABLE report_key (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     public_key jsonb NOT NULL,
     sealed_private_key bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id)
   )`,
  ...isolateByWorkspace('report_key'),
  `GRANT SELECT, INSERT ON report_key TO evergrant_revocation_audit`,
];
