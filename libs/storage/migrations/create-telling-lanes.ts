import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerRole } from '../roles.js';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Providers are told lane by lane, one an integration: a slow one holds up no other, and one that wants to rest is left alone. */
export class CreateTellingLanes1763683200020 implements MigrationInterface {
  readonly name = 'CreateTellingLanes1763683200020';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...lanes, ...holds, ...claims, ...openJobs(isOpen('i.'))]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      ...openJobs(`i.state = 'pending'`),
      `DROP FUNCTION ${claim}`,
      ...listing('list_due_verifications', `i.verification = 'waiting'`),
      ...listing('list_due_revocation_items', `i.state = 'pending'`),
      `REVOKE UPDATE ON revocation_item FROM ${definerRole}`,
      `DROP TABLE revocation_hold`,
      `DROP INDEX revocation_item_open`,
      `DROP INDEX revocation_item_lane`,
      `CREATE INDEX revocation_item_pending ON revocation_item (workspace_id, revocation_id) WHERE state = 'pending'`,
      `CREATE INDEX revocation_item_due ON revocation_item (next_attempt_at) WHERE state = 'pending'`,
      `CREATE INDEX revocation_item_verification ON revocation_item (next_attempt_at) WHERE verification = 'waiting'`,
      `ALTER TABLE revocation_item DROP COLUMN integration_id`,
    ]);
  }
}

const role = 'evergrant_revocation_audit';
const claim = 'claim_revocation_items(text[], text[], integer[], integer, integer, interval)';
const isDue = (of: string) => `(${of}state = 'pending' OR ${of}verification = 'waiting')`;
const isOpen = (of: string) =>
  `(${of}state = 'pending' OR ${of}verification = 'waiting' OR ${of}verification = 'wants_probe')`;

const lanes = [
  // Empty: its connection was erased.
  `ALTER TABLE revocation_item ADD COLUMN integration_id text NOT NULL DEFAULT ''`,
  // Of every workspace: the owner sees them only where row-level security does not bind it too.
  `ALTER TABLE revocation_item NO FORCE ROW LEVEL SECURITY`,
  `ALTER TABLE connection NO FORCE ROW LEVEL SECURITY`,
  `UPDATE revocation_item i SET integration_id = c.integration_id FROM connection c
   WHERE c.workspace_id = i.workspace_id AND c.id = i.connection_id`,
  `ALTER TABLE connection FORCE ROW LEVEL SECURITY`,
  `ALTER TABLE revocation_item FORCE ROW LEVEL SECURITY`,
  `DROP INDEX revocation_item_due`,
  `DROP INDEX revocation_item_verification`,
  `DROP INDEX revocation_item_pending`,
  `CREATE INDEX revocation_item_lane ON revocation_item (workspace_id, integration_id, next_attempt_at)
     WHERE ${isDue('')}`,
  `CREATE INDEX revocation_item_open ON revocation_item (workspace_id, revocation_id) WHERE ${isOpen('')}`,
];

const holds = [
  // Until when a provider wants to be left alone, for all the items of an integration.
  `CREATE TABLE revocation_hold (
     workspace_id text NOT NULL,
     integration_id text NOT NULL,
     until timestamptz NOT NULL,
     PRIMARY KEY (workspace_id, integration_id),
     FOREIGN KEY (workspace_id, integration_id) REFERENCES integration ON DELETE CASCADE
   )`,
  ...isolateByWorkspace('revocation_hold'),
  ...allowDefiner('revocation_hold', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON revocation_hold TO ${role}`,
];

const claims = [
  `DROP FUNCTION list_due_revocation_items(integer)`,
  `DROP FUNCTION list_due_verifications(integer)`,
  `GRANT UPDATE ON revocation_item TO ${definerRole}`,
  // Lane by lane from one to the next in the index, and a little of each: who has many due hides nobody else's.
  ...definerFunction(
    claim,
    `CREATE FUNCTION claim_revocation_items(busy_workspaces text[], busy_integrations text[], busy_counts integer[],
       share integer, batch integer, lease interval)
     RETURNS TABLE (workspace_id text, integration_id text, id text)
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH RECURSIVE lane AS (
         (SELECT i.workspace_id, i.integration_id FROM revocation_item i WHERE ${isDue('i.')}
          ORDER BY i.workspace_id, i.integration_id LIMIT 1)
         UNION ALL
         SELECT n.workspace_id, n.integration_id FROM lane l, LATERAL (
           SELECT i.workspace_id, i.integration_id FROM revocation_item i
           WHERE ${isDue('i.')} AND (i.workspace_id, i.integration_id) > (l.workspace_id, l.integration_id)
           ORDER BY i.workspace_id, i.integration_id LIMIT 1) n
       ), due AS MATERIALIZED (
         SELECT f.place, f.next_attempt_at,
           row_number() OVER (PARTITION BY l.workspace_id, l.integration_id ORDER BY f.next_attempt_at) AS turn
         FROM lane l
         LEFT JOIN unnest(busy_workspaces, busy_integrations, busy_counts) AS b (workspace_id, integration_id, count)
           ON b.workspace_id = l.workspace_id AND b.integration_id = l.integration_id
         CROSS JOIN LATERAL (
           SELECT i.ctid AS place, i.next_attempt_at FROM revocation_item i
           WHERE i.workspace_id = l.workspace_id AND i.integration_id = l.integration_id AND ${isDue('i.')}
             AND i.next_attempt_at <= now()
           ORDER BY i.next_attempt_at LIMIT greatest(share - coalesce(b.count, 0), 0) FOR UPDATE SKIP LOCKED) f
         WHERE NOT EXISTS (SELECT FROM revocation_hold h WHERE h.workspace_id = l.workspace_id
           AND h.integration_id = l.integration_id AND h.until > now())
       )
       UPDATE revocation_item i
       SET attempts = i.attempts + (i.state = 'pending')::integer,
         verification_attempts = i.verification_attempts + (i.state <> 'pending')::integer,
         next_attempt_at = now() + lease, updated_at = now()
       WHERE i.ctid = ANY (ARRAY (SELECT place FROM due ORDER BY turn, next_attempt_at LIMIT batch))
       RETURNING i.workspace_id, i.integration_id, i.id
     $$`,
    role,
  ),
];

/** One that only waits for providers is nobody's work until the last of its items is told and verified. */
function openJobs(open: string): string[] {
  return [
    `DROP FUNCTION list_open_jobs(integer)`,
    ...definerFunction(
      'list_open_jobs(integer)',
      `CREATE FUNCTION list_open_jobs(batch integer) RETURNS TABLE (workspace_id text, kind text, id text)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
         (SELECT r.workspace_id, 'revocation', r.id FROM revocation r
          WHERE r.selector IS NOT NULL AND r.finished_at IS NULL AND r.state IN ('running', 'cancelled')
            AND ((r.state = 'running' AND r.dead_at IS NULL) OR NOT EXISTS (
              SELECT FROM revocation_item i
              WHERE i.workspace_id = r.workspace_id AND i.revocation_id = r.id AND ${open}))
          ORDER BY r.created_at LIMIT batch)
         UNION ALL
         (SELECT f.workspace_id, 'freeze', f.id FROM connection_freeze f WHERE f.state IN ('freezing', 'lifting')
          ORDER BY f.created_at LIMIT batch)
       $$`,
      role,
    ),
  ];
}

function listing(name: string, which: string): string[] {
  return definerFunction(
    `${name}(integer)`,
    `CREATE FUNCTION ${name}(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.workspace_id, i.id FROM revocation_item i
       WHERE ${which} AND i.next_attempt_at <= now() ORDER BY i.next_attempt_at LIMIT batch
     $$`,
    role,
  );
}
