import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Leak reports, what each workspace does about them, and how long fingerprints are kept. */
export class CreateTokenLookups1763683200011 implements MigrationInterface {
  readonly name = 'CreateTokenLookups1763683200011';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...fingerprints, ...policies, ...reports]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION list_due_leak_reports(integer)`,
      `DROP TABLE leak_report`,
      `DROP TABLE leak_policy`,
      `DROP FUNCTION delete_superseded_token_sets(interval, integer)`,
      `DROP FUNCTION find_token_workspaces(bytea[])`,
      `DROP INDEX token_set_issued_at`,
      `REVOKE SELECT (access_token_fingerprint, issued_at, expires_at), DELETE ON token_set FROM evergrant_definer`,
    ]);
  }
}

const sameSlot = (one: string, other: string) =>
  `${one}.workspace_id = ${other}.workspace_id AND ${one}.connection_id = ${other}.connection_id AND ${one}.slot = ${other}.slot`;

const fingerprints = [
  `GRANT SELECT (access_token_fingerprint, issued_at, expires_at), DELETE ON token_set TO evergrant_definer`,
  // A partner's report names no workspace. Only whose it is is answered; the rest is asked inside that workspace.
  ...definerFunction(
    'find_token_workspaces(bytea[])',
    `CREATE FUNCTION find_token_workspaces(fingerprints bytea[]) RETURNS TABLE (workspace_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
       SELECT DISTINCT t.workspace_id FROM unnest(fingerprints) AS f (fingerprint)
       CROSS JOIN LATERAL (
         SELECT a.workspace_id FROM token_set a WHERE a.access_token_fingerprint = f.fingerprint
         UNION SELECT r.workspace_id FROM token_set r WHERE r.refresh_token_fingerprint = f.fingerprint
       ) t
     $$`,
    'evergrant_revocation_audit',
  ),
  `CREATE INDEX token_set_issued_at ON token_set USING brin (issued_at)`,
  // Counted from when it was superseded. An access token that may still work is kept, however old it is.
  ...definerFunction(
    'delete_superseded_token_sets(interval, integer)',
    `CREATE FUNCTION delete_superseded_token_sets(kept interval, batch integer) RETURNS bigint
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH gone AS (
         DELETE FROM token_set t WHERE (t.workspace_id, t.connection_id, t.slot, t.generation) IN (
           SELECT o.workspace_id, o.connection_id, o.slot, o.generation FROM token_set o JOIN connection_slot s ON ${sameSlot('s', 'o')}
           WHERE o.issued_at < now() - kept AND o.expires_at < now() AND o.generation < s.generation
             AND EXISTS (SELECT FROM token_set n WHERE ${sameSlot('n', 'o')} AND n.generation > o.generation
               AND n.issued_at < now() - kept)
           LIMIT batch) RETURNING 1
       ) SELECT count(*) FROM gone
     $$`,
    'evergrant_refresh_worker',
  ),
];

const action = `action text NOT NULL CHECK (action IN ('notify', 'freeze', 'revoke'))`;

const policies = [
  `CREATE TABLE leak_policy (
     workspace_id text PRIMARY KEY REFERENCES workspace (id),
     ${action},
     version integer NOT NULL DEFAULT 1,
     updated_at timestamptz NOT NULL DEFAULT now()
   )`,
  ...isolateByWorkspace('leak_policy'),
  `GRANT SELECT, INSERT, UPDATE ON leak_policy TO evergrant_revocation_audit`,
];

const reports = [
  // Never the token, nor its fingerprint: which of a connection's tokens it is. The same find told again is one row.
  `CREATE TABLE leak_report (
     workspace_id text NOT NULL,
     id text NOT NULL,
     source text NOT NULL,
     connection_id text NOT NULL,
     slot text NOT NULL,
     generation integer NOT NULL,
     token_kind text NOT NULL CHECK (token_kind IN ('access', 'refresh')),
     place text NOT NULL,
     ${action},
     reported_at timestamptz NOT NULL DEFAULT now(),
     next_attempt_at timestamptz,
     settled_at timestamptz,
     outcome text,
     PRIMARY KEY (workspace_id, id),
     UNIQUE (workspace_id, connection_id, slot, generation, token_kind, source, place),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection ON DELETE CASCADE
   )`,
  `CREATE INDEX leak_report_due ON leak_report (next_attempt_at) WHERE settled_at IS NULL`,
  ...isolateByWorkspace('leak_report'),
  ...allowDefiner('leak_report', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE (next_attempt_at, settled_at, outcome) ON leak_report TO evergrant_revocation_audit`,
  ...definerFunction(
    'list_due_leak_reports(integer)',
    `CREATE FUNCTION list_due_leak_reports(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT l.workspace_id, l.id FROM leak_report l
       WHERE l.settled_at IS NULL AND l.next_attempt_at <= now() ORDER BY l.next_attempt_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
];
