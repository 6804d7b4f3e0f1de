import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Revocations with their items, the audit log, denied attempts, and what is thrown away when it is old. */
export class CreateRevocations1763683200005 implements MigrationInterface {
  readonly name = 'CreateRevocations1763683200005';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...revocation, ...audit, ...retention]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION delete_expired_rows(integer)`,
      `DROP FUNCTION list_due_revocation_items(integer)`,
      `DROP TABLE denied_access`,
      `DROP TABLE audit_entry`,
      `DROP TABLE revocation_item`,
      `DROP TABLE revocation`,
    ]);
  }
}

const revocation = [
  `CREATE TABLE revocation (
     workspace_id text NOT NULL,
     id text NOT NULL,
     connection_id text NOT NULL,
     reason text NOT NULL,
     requested_by jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     finished_at timestamptz,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection ON DELETE CASCADE
   )`,
  `CREATE INDEX revocation_connection ON revocation (workspace_id, connection_id)`,
  ...isolateByWorkspace('revocation'),
  `GRANT SELECT, INSERT, UPDATE ON revocation TO evergrant_revocation_audit`,
  `GRANT SELECT ON revocation TO evergrant_admin`,
  `CREATE TABLE revocation_item (
     workspace_id text NOT NULL,
     id text NOT NULL,
     revocation_id text NOT NULL,
     connection_id text NOT NULL,
     slot text NOT NULL,
     generation integer NOT NULL,
     state text NOT NULL CHECK (state IN ('pending', 'revoked', 'unsupported', 'failed')),
     refresh_token_revoked_at timestamptz,
     access_token_revoked_at timestamptz,
     attempts integer NOT NULL DEFAULT 0,
     next_attempt_at timestamptz,
     last_error text,
     http_status integer,
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, revocation_id) REFERENCES revocation ON DELETE CASCADE
   )`,
  `CREATE INDEX revocation_item_revocation ON revocation_item (workspace_id, revocation_id)`,
  `CREATE INDEX revocation_item_due ON revocation_item (next_attempt_at) WHERE state = 'pending'`,
  ...isolateByWorkspace('revocation_item'),
  ...allowDefiner('revocation_item', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON revocation_item TO evergrant_revocation_audit`,
  `GRANT SELECT ON revocation_item TO evergrant_admin`,
  ...definerFunction(
    'list_due_revocation_items(integer)',
    `CREATE FUNCTION list_due_revocation_items(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.workspace_id, i.id FROM revocation_item i
       WHERE i.state = 'pending' AND i.next_attempt_at <= now() ORDER BY i.next_attempt_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
];

const audit = [
  // entry = the canonical bytes (RFC 8785) that are hashed; the columns beside it only help to find it.
  `CREATE TABLE audit_entry (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     sequence bigint GENERATED ALWAYS AS IDENTITY,
     at timestamptz NOT NULL,
     actor_type text NOT NULL,
     actor_id text NOT NULL,
     action text NOT NULL,
     subject_type text NOT NULL,
     subject_id text NOT NULL,
     entry bytea NOT NULL,
     hash bytea NOT NULL,
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE UNIQUE INDEX audit_entry_sequence ON audit_entry (workspace_id, sequence)`,
  `CREATE INDEX audit_entry_subject ON audit_entry (workspace_id, subject_id, sequence)`,
  `CREATE INDEX audit_entry_actor ON audit_entry (workspace_id, actor_id, sequence)`,
  `CREATE INDEX audit_entry_action ON audit_entry (workspace_id, action, sequence)`,
  ...isolateByWorkspace('audit_entry'),
  `GRANT INSERT ON audit_entry TO evergrant_auth_flow, evergrant_refresh_worker, evergrant_revocation_audit, evergrant_admin`,
  `GRANT SELECT ON audit_entry TO evergrant_revocation_audit, evergrant_admin`,
  // Attempts without a valid credential belong to no workspace and are counted, so that they cannot drown the log.
  `CREATE TABLE denied_access (
     minute timestamptz NOT NULL,
     address text NOT NULL,
     reason text NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (minute, address, reason)
   )`,
  `GRANT SELECT, INSERT, UPDATE ON denied_access TO evergrant_auth_flow, evergrant_revocation_audit, evergrant_admin`,
  `GRANT SELECT, DELETE ON denied_access TO evergrant_definer`,
];

const retention = [
  ...definerFunction(
    'delete_expired_rows(integer)',
    `CREATE FUNCTION delete_expired_rows(batch integer) RETURNS bigint
     LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE deleted bigint := 0; n bigint;
     BEGIN
       DELETE FROM outbox_event o WHERE (o.workspace_id, o.id) IN (
         SELECT e.workspace_id, e.id FROM outbox_event e
         WHERE e.occurred_at < now() - interval '7 days' AND e.published_at IS NOT NULL LIMIT batch);
       GET DIAGNOSTICS n = ROW_COUNT; deleted := deleted + n;
       DELETE FROM idempotency_key k WHERE (k.workspace_id, k.caller_id, k.key) IN (
         SELECT e.workspace_id, e.caller_id, e.key FROM idempotency_key e WHERE e.expires_at < now() LIMIT batch);
       GET DIAGNOSTICS n = ROW_COUNT; deleted := deleted + n;
       DELETE FROM authorization_request a WHERE (a.workspace_id, a.id) IN (
         SELECT e.workspace_id, e.id FROM authorization_request e
         WHERE e.expires_at < now() - interval '1 day' LIMIT batch);
       GET DIAGNOSTICS n = ROW_COUNT; deleted := deleted + n;
       DELETE FROM denied_access d WHERE (d.minute, d.address, d.reason) IN (
         SELECT e.minute, e.address, e.reason FROM denied_access e WHERE e.minute < now() - interval '90 days' LIMIT batch);
       GET DIAGNOSTICS n = ROW_COUNT;
       RETURN deleted + n;
     END $$`,
    'evergrant_refresh_worker',
  ),
];
