import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Who reads tokens: per minute and in sum, what of it may be missing, and what is judged of it. */
export class CreateReadAttribution1763683200013 implements MigrationInterface {
  readonly name = 'CreateReadAttribution1763683200013';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...usage, ...reads, ...replicas, ...anomalies, ...recording, ...lists]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION delete_old_reads(integer, integer)`,
      `DROP FUNCTION list_unjudged_reads(integer)`,
      `DROP FUNCTION record_reads(text, text[], text[], text[], text[], bigint[], timestamptz[], timestamptz[])`,
      `DROP TABLE anomaly_freeze`,
      `DROP TABLE anomaly_finding`,
      `DROP TABLE anomaly_policy`,
      `DROP TABLE anomaly_watch`,
      `DROP TABLE read_gap`,
      `DROP TABLE read_attribution_replica`,
      `DROP TABLE connection_reader`,
      `DROP TABLE read_attribution`,
      `ALTER TABLE connection_usage DROP COLUMN idle_since, DROP COLUMN woke_at`,
    ]);
  }
}

/** A pause of reads that is worth remembering. */
const pause = `interval '1 day'`;

const usage = [
  // The newest pause of a day or more: since when nobody had read it, and when somebody did again.
  `ALTER TABLE connection_usage ADD COLUMN idle_since timestamptz, ADD COLUMN woke_at timestamptz`,
];

const reads = [
  // Keys lead to connection_usage, which nobody locks but the flush: with one to the connection, a revocation that holds
  // it would wait for every reader's flush, and the flush for it.
  `CREATE TABLE read_attribution (
     workspace_id text NOT NULL,
     connection_id text NOT NULL,
     caller_type text NOT NULL,
     caller_id text NOT NULL,
     minute timestamptz NOT NULL,
     network text NOT NULL,
     reads bigint NOT NULL,
     PRIMARY KEY (workspace_id, connection_id, caller_type, caller_id, minute, network),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection_usage ON DELETE CASCADE
   )`,
  `CREATE INDEX read_attribution_minute ON read_attribution (minute, workspace_id)`,
  ...isolateByWorkspace('read_attribution'),
  ...allowDefiner('read_attribution', 'SELECT, DELETE'),
  `GRANT SELECT, INSERT, UPDATE ON read_attribution TO evergrant_auth_flow`,
  `CREATE TABLE connection_reader (
     workspace_id text NOT NULL,
     connection_id text NOT NULL,
     caller_type text NOT NULL,
     caller_id text NOT NULL,
     network text NOT NULL,
     first_at timestamptz NOT NULL,
     last_at timestamptz NOT NULL,
     reads bigint NOT NULL,
     PRIMARY KEY (workspace_id, connection_id, caller_type, caller_id, network),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection_usage ON DELETE CASCADE
   )`,
  `CREATE INDEX connection_reader_first_at ON connection_reader (workspace_id, first_at)`,
  ...isolateByWorkspace('connection_reader'),
  ...allowDefiner('connection_reader', 'SELECT, DELETE'),
  `GRANT SELECT, INSERT, UPDATE ON connection_reader TO evergrant_auth_flow`,
  `GRANT SELECT ON connection_reader TO evergrant_revocation_audit, evergrant_admin`,
];

const replicas = [
  // Everything read through a replica before flushed_at is written; of one that ended without saying so, the rest is not.
  `CREATE TABLE read_attribution_replica (
     id text PRIMARY KEY,
     started_at timestamptz NOT NULL DEFAULT now(),
     flushed_at timestamptz NOT NULL,
     clean_end boolean NOT NULL DEFAULT false
   )`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON read_attribution_replica TO evergrant_auth_flow`,
  `GRANT SELECT ON read_attribution_replica TO evergrant_definer`,
  // Of no workspace: whose reads are missing is what nobody knows.
  `CREATE TABLE read_gap (
     replica_id text NOT NULL,
     from_at timestamptz NOT NULL,
     to_at timestamptz NOT NULL,
     PRIMARY KEY (replica_id, from_at)
   )`,
  `GRANT SELECT, INSERT, DELETE ON read_gap TO evergrant_auth_flow`,
  `GRANT SELECT ON read_gap TO evergrant_revocation_audit, evergrant_admin`,
  `GRANT SELECT, DELETE ON read_gap TO evergrant_definer`,
];

const rule = `rule text NOT NULL CHECK (rule IN ('new_caller', 'bulk_enumeration', 'spike', 'idle_connection'))`;

const anomalies = [
  // How far a workspace's minutes are judged, and since when its reads are attributed at all.
  `CREATE TABLE anomaly_watch (
     workspace_id text PRIMARY KEY REFERENCES workspace (id),
     since timestamptz NOT NULL DEFAULT now(),
     last_minute timestamptz NOT NULL,
     judged_until timestamptz NOT NULL
   )`,
  ...isolateByWorkspace('anomaly_watch'),
  ...allowDefiner('anomaly_watch', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON anomaly_watch TO evergrant_auth_flow`,
  `CREATE TABLE anomaly_policy (
     workspace_id text NOT NULL REFERENCES workspace (id),
     ${rule},
     action text NOT NULL CHECK (action IN ('notify', 'freeze')),
     PRIMARY KEY (workspace_id, rule)
   )`,
  ...isolateByWorkspace('anomaly_policy'),
  `GRANT SELECT, INSERT, UPDATE ON anomaly_policy TO evergrant_auth_flow`,
  // What was told already: the key says what counts as the same finding.
  `CREATE TABLE anomaly_finding (
     workspace_id text NOT NULL REFERENCES workspace (id),
     ${rule},
     key text NOT NULL,
     found_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, rule, key)
   )`,
  `CREATE INDEX anomaly_finding_found_at ON anomaly_finding (found_at)`,
  ...isolateByWorkspace('anomaly_finding'),
  ...allowDefiner('anomaly_finding', 'SELECT, DELETE'),
  `GRANT SELECT, INSERT ON anomaly_finding TO evergrant_auth_flow`,
  // Decided, and not done yet: one finding may freeze thousands.
  `CREATE TABLE anomaly_freeze (
     workspace_id text NOT NULL,
     connection_id text NOT NULL,
     ${rule},
     PRIMARY KEY (workspace_id, connection_id),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection ON DELETE CASCADE
   )`,
  ...isolateByWorkspace('anomaly_freeze'),
  ...allowDefiner('anomaly_freeze', 'SELECT'),
  `GRANT SELECT, INSERT, DELETE ON anomaly_freeze TO evergrant_auth_flow`,
];

const recording = [
  // Not a definer: it runs as the caller, under row-level security. Reads of connections that are gone fall away. All of
  // it is ordered, so that two replicas that flush at once do not deadlock.
  `CREATE FUNCTION record_reads(workspace text, connections text[], caller_types text[], caller_ids text[], networks text[],
     counts bigint[], firsts timestamptz[], lasts timestamptz[]) RETURNS void
   LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
   BEGIN
     PERFORM set_config('evergrant.workspace', workspace, true);
     INSERT INTO connection_usage AS u (workspace_id, connection_id, reads, last_read_at, idle_since, woke_at)
       SELECT c.workspace_id, c.id, sum(r.reads), max(r.last_at), min(c.created_at), min(r.first_at)
       FROM unnest(connections, counts, firsts, lasts) AS r (id, reads, first_at, last_at)
       JOIN connection c ON c.workspace_id = workspace AND c.id = r.id
       GROUP BY c.workspace_id, c.id ORDER BY c.id
       ON CONFLICT (workspace_id, connection_id) DO UPDATE SET
         reads = u.reads + excluded.reads,
         last_read_at = greatest(u.last_read_at, excluded.last_read_at),
         idle_since = CASE WHEN excluded.woke_at > u.last_read_at + ${pause} THEN u.last_read_at ELSE u.idle_since END,
         woke_at = CASE WHEN excluded.woke_at > u.last_read_at + ${pause} THEN excluded.woke_at ELSE u.woke_at END;
     INSERT INTO read_attribution AS a (workspace_id, connection_id, caller_type, caller_id, minute, network, reads)
       SELECT u.workspace_id, r.id, r.type, r.caller, date_trunc('minute', r.first_at), r.network, r.reads
       FROM unnest(connections, caller_types, caller_ids, networks, counts, firsts)
         AS r (id, type, caller, network, reads, first_at)
       JOIN connection_usage u ON u.workspace_id = workspace AND u.connection_id = r.id
       ORDER BY r.id, r.type, r.caller, r.network
       ON CONFLICT (workspace_id, connection_id, caller_type, caller_id, minute, network) DO UPDATE
         SET reads = a.reads + excluded.reads;
     INSERT INTO connection_reader AS k (workspace_id, connection_id, caller_type, caller_id, network, first_at, last_at, reads)
       SELECT u.workspace_id, r.id, r.type, r.caller, r.network, r.first_at, r.last_at, r.reads
       FROM unnest(connections, caller_types, caller_ids, networks, counts, firsts, lasts)
         AS r (id, type, caller, network, reads, first_at, last_at)
       JOIN connection_usage u ON u.workspace_id = workspace AND u.connection_id = r.id
       ORDER BY r.id, r.type, r.caller, r.network
       ON CONFLICT (workspace_id, connection_id, caller_type, caller_id, network) DO UPDATE SET
         reads = k.reads + excluded.reads, last_at = greatest(k.last_at, excluded.last_at);
     INSERT INTO anomaly_watch AS w (workspace_id, last_minute, judged_until)
       SELECT workspace, date_trunc('minute', max(r.first_at)), date_trunc('minute', min(r.first_at))
       FROM unnest(firsts) AS r (first_at)
       -- A conflict locks the row even where nothing is to be changed: once a minute is enough.
       HAVING NOT EXISTS (SELECT FROM anomaly_watch w WHERE w.workspace_id = workspace
         AND w.last_minute >= date_trunc('minute', max(r.first_at)))
       ON CONFLICT (workspace_id) DO UPDATE SET last_minute = excluded.last_minute
         WHERE w.last_minute < excluded.last_minute;
   END $$`,
  `REVOKE ALL ON FUNCTION record_reads(text, text[], text[], text[], text[], bigint[], timestamptz[], timestamptz[]) FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION record_reads(text, text[], text[], text[], text[], bigint[], timestamptz[], timestamptz[])
     TO evergrant_auth_flow`,
];

const lists = [
  // Whole minutes that every replica has flushed; a second is left to reads that were under way.
  ...definerFunction(
    'list_unjudged_reads(integer)',
    `CREATE FUNCTION list_unjudged_reads(batch integer) RETURNS TABLE (workspace_id text, until timestamptz)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT w.workspace_id, s.until FROM anomaly_watch w CROSS JOIN (
         SELECT date_trunc('minute', least(now(), min(r.flushed_at)) - interval '1 second') AS until
         FROM read_attribution_replica r WHERE NOT r.clean_end) s
       WHERE w.last_minute >= w.judged_until AND w.judged_until < s.until
         OR EXISTS (SELECT FROM anomaly_freeze f WHERE f.workspace_id = w.workspace_id)
       ORDER BY w.judged_until LIMIT batch
     $$`,
    'evergrant_auth_flow',
  ),
  ...definerFunction(
    'delete_old_reads(integer, integer)',
    `CREATE FUNCTION delete_old_reads(days integer, batch integer) RETURNS bigint
     LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
     DECLARE deleted bigint := 0; n bigint; before timestamptz := now() - make_interval(days => days);
     BEGIN
       DELETE FROM read_attribution WHERE ctid = ANY (ARRAY(
         SELECT a.ctid FROM read_attribution a WHERE a.minute < before LIMIT batch));
       GET DIAGNOSTICS n = ROW_COUNT; deleted := deleted + n;
       -- Once more what it was: somebody may have read meanwhile.
       DELETE FROM connection_reader WHERE last_at < before AND ctid = ANY (ARRAY(
         SELECT k.ctid FROM connection_reader k WHERE k.last_at < before LIMIT batch));
       GET DIAGNOSTICS n = ROW_COUNT; deleted := deleted + n;
       DELETE FROM anomaly_finding WHERE ctid = ANY (ARRAY(
         SELECT f.ctid FROM anomaly_finding f WHERE f.found_at < before LIMIT batch));
       GET DIAGNOSTICS n = ROW_COUNT; deleted := deleted + n;
       DELETE FROM read_gap WHERE to_at < before;
       RETURN deleted;
     END $$`,
    'evergrant_auth_flow',
  ),
];
