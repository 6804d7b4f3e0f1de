import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** The normal rate, provider incidents, announcements of consents that end, and what tells a restored database. */
export class CreateRefreshSchedule1763683200007 implements MigrationInterface {
  readonly name = 'CreateRefreshSchedule1763683200007';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      ...rate,
      ...incidents,
      ...reauthorization,
      ...restores,
      ...operators,
      ...retention,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION list_restore_suspects(text, timestamptz, integer)`,
      `DROP FUNCTION list_refreshing_integrations()`,
      `DROP FUNCTION beat()`,
      `DROP FUNCTION list_quarantined_connections(integer)`,
      `DROP TABLE quarantined_connection`,
      `DROP FUNCTION delete_old_attempts(interval, integer)`,
      `DROP INDEX refresh_attempt_started_at`,
      `DROP POLICY definer_across_workspaces ON token_landing`,
      `REVOKE SELECT (workspace_id, attempt_id) ON token_landing FROM evergrant_definer`,
      `REVOKE DELETE ON refresh_attempt FROM evergrant_definer`,
      `REVOKE UPDATE (resolve_at) ON refresh_attempt FROM evergrant_auth_flow`,
      `REVOKE SELECT (workspace_id, attempt_id, state), DELETE ON token_landing FROM evergrant_auth_flow`,
      `DROP TABLE restore`,
      `DROP TABLE database_beat`,
      `DROP FUNCTION list_ending_consents(interval[], integer)`,
      `DROP INDEX connection_slot_reauthorize_by`,
      `DROP FUNCTION list_provider_workspaces(text, text)`,
      `DROP TABLE provider_incident`,
      `DROP FUNCTION normal_refresh_rate()`,
    ]);
  }
}

const rate = [
  // Refreshes a second when all is well: what a backlog is drained at most twice as fast as.
  ...definerFunction(
    'normal_refresh_rate()',
    `CREATE FUNCTION normal_refresh_rate() RETURNS double precision
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT coalesce(sum(1000.0 / greatest(renew_every_ms, 1000)), 0) FROM connection_slot
       WHERE refresh_due_at IS NOT NULL AND renew_every_ms IS NOT NULL
     $$`,
    'evergrant_refresh_worker',
  ),
];

const incidents = [
  // Of a provider, whoever's integration: no workspace.
  `CREATE TABLE provider_incident (
     id text PRIMARY KEY,
     provider text NOT NULL,
     kind text NOT NULL CHECK (kind IN ('refusals', 'outage')),
     opened_at timestamptz NOT NULL DEFAULT now(),
     closed_at timestamptz,
     ended_by text,
     detail jsonb NOT NULL,
     probed_at timestamptz NOT NULL DEFAULT now(),
     good_probes integer NOT NULL DEFAULT 0
   )`,
  `CREATE UNIQUE INDEX provider_incident_open ON provider_incident (provider) WHERE closed_at IS NULL`,
  `GRANT SELECT, INSERT, UPDATE ON provider_incident TO evergrant_refresh_worker`,
  `GRANT SELECT ON provider_incident TO evergrant_admin, evergrant_auth_flow`,
  `GRANT UPDATE (closed_at, ended_by) ON provider_incident TO evergrant_admin`,
  ...definerFunction(
    'list_provider_workspaces(text, text)',
    `CREATE FUNCTION list_provider_workspaces(provider_id text, host text) RETURNS TABLE (workspace_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT DISTINCT i.workspace_id FROM integration i
       WHERE i.provider = provider_id AND i.state <> 'draft'
         AND (host IS NULL OR i.settings ->> 'token_endpoint' LIKE '%://' || host || '/%')
     $$`,
    'evergrant_refresh_worker',
  ),
];

const reauthorization = [
  `CREATE INDEX connection_slot_reauthorize_by ON connection_slot (reauthorize_by) WHERE reauthorize_by IS NOT NULL`,
  // Each lead time is announced once: the n-th by whoever counts n.
  ...definerFunction(
    'list_ending_consents(interval[], integer)',
    `CREATE FUNCTION list_ending_consents(leads interval[], batch integer)
     RETURNS TABLE (workspace_id text, connection_id text, slot text, announcement smallint)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT s.workspace_id, s.connection_id, s.slot, max(l.nth)::smallint
       FROM unnest(leads) WITH ORDINALITY AS l(lead, nth)
       JOIN connection_slot s ON s.reauthorize_by <= now() + l.lead AND s.reauthorize_by > now() AND s.announcements < l.nth
       JOIN connection c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id AND c.state IN ('active', 'degraded')
       GROUP BY s.workspace_id, s.connection_id, s.slot, s.reauthorize_by ORDER BY s.reauthorize_by LIMIT batch
     $$`,
    'evergrant_refresh_worker',
  ),
];

// What an operator may do about what is stuck: have it looked at now, or give it up.
const operators = [
  `GRANT UPDATE (resolve_at) ON refresh_attempt TO evergrant_auth_flow`,
  `GRANT SELECT (workspace_id, attempt_id, state), DELETE ON token_landing TO evergrant_auth_flow`,
  `GRANT SELECT, UPDATE (released_at) ON quarantined_connection TO evergrant_auth_flow`,
];

const retention = [
  // Attempts are written in the order of their time: a few blocks of index are enough.
  `CREATE INDEX refresh_attempt_started_at ON refresh_attempt USING brin (started_at)`,
  `GRANT DELETE ON refresh_attempt TO evergrant_definer`,
  ...definerFunction(
    'delete_old_attempts(interval, integer)',
    `CREATE FUNCTION delete_old_attempts(kept interval, batch integer) RETURNS bigint
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH gone AS (
         DELETE FROM refresh_attempt a WHERE a.ctid = ANY (ARRAY (
           SELECT o.ctid FROM refresh_attempt o WHERE o.started_at < now() - kept AND o.closed_at IS NOT NULL
             AND NOT EXISTS (SELECT FROM token_landing l WHERE l.workspace_id = o.workspace_id AND l.attempt_id = o.id)
           LIMIT batch)) RETURNING 1
       ) SELECT count(*) FROM gone
     $$`,
    'evergrant_refresh_worker',
  ),
  ...allowDefiner('token_landing', 'SELECT (workspace_id, attempt_id)'),
];

const restores = [
  // One row, which some worker moves each second; workers keep what they saw of it outside this database.
  `CREATE TABLE database_beat (one boolean PRIMARY KEY DEFAULT true CHECK (one), beats bigint NOT NULL, at timestamptz NOT NULL)`,
  `INSERT INTO database_beat VALUES (true, 0, now())`,
  `GRANT SELECT ON database_beat TO evergrant_admin`,
  `GRANT SELECT, UPDATE ON database_beat TO evergrant_definer`,
  ...definerFunction(
    'beat()',
    `CREATE FUNCTION beat() RETURNS TABLE (system_identifier text, timeline integer, beats bigint, before bigint,
       before_at timestamptz, restore_id text)
     LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     #variable_conflict use_column
     DECLARE
       last database_beat;
     BEGIN
       SELECT b.* INTO last FROM database_beat b;
       UPDATE database_beat b SET beats = b.beats + 1, at = clock_timestamp()
       WHERE b.at < clock_timestamp() - interval '900 ms';
       RETURN QUERY SELECT (SELECT s.system_identifier::text FROM pg_control_system() s),
         (SELECT c.timeline_id FROM pg_control_checkpoint() c), b.beats, last.beats, last.at,
         (SELECT r.id FROM restore r WHERE r.finished_at IS NULL LIMIT 1)
       FROM database_beat b;
     END $$`,
    'evergrant_refresh_worker',
  ),
  `CREATE TABLE restore (
     id text PRIMARY KEY,
     found_at timestamptz NOT NULL DEFAULT now(),
     found_by text NOT NULL,
     lost_from timestamptz NOT NULL,
     lost_until timestamptz NOT NULL,
     worked_at timestamptz,
     finished_at timestamptz
   )`,
  `GRANT SELECT ON restore TO evergrant_definer`,
  `GRANT SELECT, INSERT, UPDATE ON restore TO evergrant_refresh_worker`,
  `GRANT SELECT ON restore TO evergrant_admin`,
  `CREATE TABLE quarantined_connection (
     workspace_id text NOT NULL,
     restore_id text NOT NULL REFERENCES restore (id),
     connection_id text NOT NULL,
     verdict text CHECK (verdict IN ('alive', 'stale', 'not_known')),
     probe_at timestamptz NOT NULL DEFAULT now(),
     released_at timestamptz,
     PRIMARY KEY (workspace_id, restore_id, connection_id),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection ON DELETE CASCADE
   )`,
  ...isolateByWorkspace('quarantined_connection'),
  ...allowDefiner('quarantined_connection', 'SELECT'),
  `CREATE INDEX quarantined_connection_probe ON quarantined_connection (probe_at) WHERE released_at IS NULL`,
  ...definerFunction(
    'list_quarantined_connections(integer)',
    `CREATE FUNCTION list_quarantined_connections(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT q.workspace_id, q.connection_id FROM quarantined_connection q
       WHERE q.released_at IS NULL AND q.probe_at <= now() ORDER BY q.probe_at LIMIT batch
     $$`,
    'evergrant_refresh_worker',
  ),
  `GRANT SELECT, INSERT, UPDATE ON quarantined_connection TO evergrant_refresh_worker`,
  `GRANT SELECT ON quarantined_connection TO evergrant_admin`,
  ...definerFunction(
    'list_refreshing_integrations()',
    `CREATE FUNCTION list_refreshing_integrations() RETURNS TABLE (workspace_id text, id text, provider text, settings jsonb)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.workspace_id, i.id, i.provider, i.settings FROM integration i WHERE i.state <> 'draft'
     $$`,
    'evergrant_refresh_worker',
  ),
  // Those that a worker may have refreshed in the time that is lost: due before its end, or renewed whenever somebody reads.
  ...definerFunction(
    'list_restore_suspects(text, timestamptz, integer)',
    `CREATE FUNCTION list_restore_suspects(integration text, lost_until timestamptz, batch integer)
     RETURNS TABLE (workspace_id text, connection_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT DISTINCT c.workspace_id, c.id FROM connection c
       JOIN connection_slot s ON s.workspace_id = c.workspace_id AND s.connection_id = c.id
       WHERE c.integration_id = integration AND c.state IN ('active', 'degraded')
         AND c.grant_type <> 'client_credentials'
         AND (s.refresh_due_at IS NULL OR s.refresh_due_at <= lost_until + interval '1 minute')
       ORDER BY c.id LIMIT batch
     $$`,
    'evergrant_refresh_worker',
  ),
];
