import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerFunction } from './row-security.js';
import { runAll } from './run-all.js';

/** A job that nobody approved in time, or that was refused, is open until somebody has written down that it ended. */
export class EndUndecidedJobs1763683200030 implements MigrationInterface {
  readonly name = 'EndUndecidedJobs1763683200030';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `CREATE INDEX revocation_undecided ON revocation (created_at)
         WHERE finished_at IS NULL AND state IN ('awaiting_approval', 'rejected')`,
      ...openJobs(`
         UNION ALL
         (SELECT r.workspace_id, 'revocation', r.id FROM revocation r
          JOIN approval a ON a.workspace_id = r.workspace_id AND a.id = r.approval_id
          WHERE r.finished_at IS NULL AND r.state IN ('awaiting_approval', 'rejected')
            AND (a.state NOT IN ('pending', 'approved') OR a.lapses_at <= now())
          ORDER BY r.created_at LIMIT batch)`),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...openJobs(''), `DROP INDEX revocation_undecided`]);
  }
}

function openJobs(more: string): string[] {
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
              WHERE i.workspace_id = r.workspace_id AND i.revocation_id = r.id
                AND (i.state = 'pending' OR i.verification = 'waiting' OR i.verification = 'wants_probe')))
          ORDER BY r.created_at LIMIT batch)
         UNION ALL
         (SELECT f.workspace_id, 'freeze', f.id FROM connection_freeze f WHERE f.state IN ('freezing', 'lifting')
          ORDER BY f.created_at LIMIT batch)${more}
       $$`,
      'evergrant_revocation_audit',
    ),
  ];
}
