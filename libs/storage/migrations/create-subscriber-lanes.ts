import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerRole } from '../roles.js';
import { definerFunction } from './row-security.js';
import { runAll } from './run-all.js';

/** Subscribers are told lane by lane, and nothing of an end user stays behind; and what took a refresh token's place. */
export class CreateSubscriberLanes1763683200029 implements MigrationInterface {
  readonly name = 'CreateSubscriberLanes1763683200029';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...replaced, ...forgetting, ...lanes]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION ${claim}`,
      `DROP FUNCTION ${deleteOld}`,
      `REVOKE SELECT (expires_at) ON connect_session FROM ${role}`,
      `REVOKE UPDATE, DELETE ON security_event_delivery FROM ${definerRole}`,
      `DROP INDEX security_event_delivery_finished`,
      `DROP INDEX security_event_delivery_lane`,
      `CREATE INDEX security_event_delivery_due ON security_event_delivery (due_at) WHERE state = 'pending'`,
      ...definerFunction(
        'list_due_security_event_deliveries(integer)',
        `CREATE FUNCTION list_due_security_event_deliveries(batch integer)
         RETURNS TABLE (workspace_id text, subscriber_id text, event_id text)
         LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
           SELECT d.workspace_id, d.subscriber_id, d.event_id FROM security_event_delivery d
           WHERE d.state = 'pending' AND d.due_at <= now() ORDER BY d.due_at LIMIT batch
         $$`,
        role,
      ),
      `REVOKE UPDATE (failures, held_until) ON security_event_subscriber FROM ${role}`,
      `ALTER TABLE security_event_subscriber DROP COLUMN failures, DROP COLUMN held_until`,
      `ALTER TABLE security_event_delivery ADD COLUMN end_user_email text`,
      `ALTER TABLE token_set DROP COLUMN replaces_unspent`,
    ]);
  }
}

const role = 'evergrant_revocation_audit';
const claim = 'claim_security_event_deliveries(text[], text[], integer[], integer, integer, interval)';
const deleteOld = 'delete_old_security_event_deliveries(interval, integer)';

const replaced = [
  // A consent brought it, and the refresh token before it was neither spent nor refused: that one may live on.
  `ALTER TABLE token_set ADD COLUMN replaces_unspent boolean NOT NULL DEFAULT false`,
];

const forgetting = [
  // Of every workspace: the owner sees them only where row-level security does not bind it too.
  `ALTER TABLE security_event_delivery NO FORCE ROW LEVEL SECURITY`,
  // A dropped column stays in the rows that are there: they are written anew without it.
  `UPDATE security_event_delivery SET end_user_email = NULL, data = CASE WHEN state <> 'pending' THEN '{}' ELSE
     jsonb_build_object('connection', data -> 'connection', 'end_user', data -> 'end_user',
       'integration', data -> 'integration', 'provider', data -> 'provider') END`,
  `ALTER TABLE security_event_delivery FORCE ROW LEVEL SECURITY`,
  // The connection knows it, for as long as it is there.
  `ALTER TABLE security_event_delivery DROP COLUMN end_user_email`,
  // To erase the links that came to nothing.
  `GRANT SELECT (expires_at) ON connect_session TO ${role}`,
  `CREATE INDEX security_event_delivery_finished ON security_event_delivery (updated_at) WHERE state <> 'pending'`,
  `GRANT UPDATE, DELETE ON security_event_delivery TO ${definerRole}`,
  ...definerFunction(
    deleteOld,
    `CREATE FUNCTION delete_old_security_event_deliveries(kept interval, batch integer) RETURNS bigint
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH gone AS (
         DELETE FROM security_event_delivery d WHERE (d.workspace_id, d.subscriber_id, d.event_id) IN (
           SELECT o.workspace_id, o.subscriber_id, o.event_id FROM security_event_delivery o
           WHERE o.state <> 'pending' AND o.updated_at < now() - kept ORDER BY o.updated_at LIMIT batch) RETURNING 1
       ) SELECT count(*) FROM gone
     $$`,
    role,
  ),
];

const lanes = [
  // How often in a row it could not be told, and until when it is left alone for that.
  `ALTER TABLE security_event_subscriber ADD COLUMN failures integer NOT NULL DEFAULT 0, ADD COLUMN held_until timestamptz`,
  `GRANT UPDATE (failures, held_until) ON security_event_subscriber TO ${role}`,
  `DROP FUNCTION list_due_security_event_deliveries(integer)`,
  `DROP INDEX security_event_delivery_due`,
  `CREATE INDEX security_event_delivery_lane ON security_event_delivery (workspace_id, subscriber_id, due_at)
     WHERE state = 'pending'`,
  // As claim_revocation_items goes from lane to lane. Of a subscriber that was down one is enough to see whether it still is.
  ...definerFunction(
    claim,
    `CREATE FUNCTION claim_security_event_deliveries(busy_workspaces text[], busy_subscribers text[],
       busy_counts integer[], share integer, batch integer, lease interval)
     RETURNS TABLE (workspace_id text, subscriber_id text, event_id text, failures integer)
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH RECURSIVE lane AS (
         (SELECT d.workspace_id, d.subscriber_id FROM security_event_delivery d WHERE d.state = 'pending'
          ORDER BY d.workspace_id, d.subscriber_id LIMIT 1)
         UNION ALL
         SELECT n.workspace_id, n.subscriber_id FROM lane l, LATERAL (
           SELECT d.workspace_id, d.subscriber_id FROM security_event_delivery d
           WHERE d.state = 'pending' AND (d.workspace_id, d.subscriber_id) > (l.workspace_id, l.subscriber_id)
           ORDER BY d.workspace_id, d.subscriber_id LIMIT 1) n
       ), due AS MATERIALIZED (
         SELECT f.place, f.due_at, s.failures,
           row_number() OVER (PARTITION BY l.workspace_id, l.subscriber_id ORDER BY f.due_at) AS turn
         FROM lane l
         JOIN security_event_subscriber s ON s.workspace_id = l.workspace_id AND s.id = l.subscriber_id
         LEFT JOIN unnest(busy_workspaces, busy_subscribers, busy_counts) AS b (workspace_id, subscriber_id, count)
           ON b.workspace_id = l.workspace_id AND b.subscriber_id = l.subscriber_id
         CROSS JOIN LATERAL (
           SELECT d.ctid AS place, d.due_at FROM security_event_delivery d
           WHERE d.workspace_id = l.workspace_id AND d.subscriber_id = l.subscriber_id AND d.state = 'pending'
             AND d.due_at <= now()
           ORDER BY d.due_at
           LIMIT greatest(CASE WHEN s.failures > 0 THEN 1 ELSE share END - coalesce(b.count, 0), 0)
           FOR UPDATE SKIP LOCKED) f
         WHERE s.held_until IS NULL OR s.held_until <= now()
       ), taken AS (
         SELECT place, due.failures FROM due ORDER BY turn, due_at LIMIT batch
       )
       UPDATE security_event_delivery d SET attempts = d.attempts + 1, due_at = now() + lease, updated_at = now()
       FROM taken t WHERE d.ctid = t.place
       RETURNING d.workspace_id, d.subscriber_id, d.event_id, t.failures
     $$`,
    role,
  ),
];
