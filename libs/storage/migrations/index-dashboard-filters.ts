import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll } from './run-all.js';

/** Whose consent ends when, and the revocations that are of many or still under way. */
export class IndexDashboardFilters1763683200026 implements MigrationInterface {
  readonly name = 'IndexDashboardFilters1763683200026';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `CREATE INDEX connection_slot_consent ON connection_slot (workspace_id, reauthorize_by, connection_id)
         WHERE reauthorize_by IS NOT NULL`,
      // Among thousands of single revocations, the few of many and the few that are open.
      `CREATE INDEX revocation_selection ON revocation (workspace_id, id) WHERE selector IS NOT NULL`,
      `CREATE INDEX revocation_open ON revocation (workspace_id, id) WHERE finished_at IS NULL`,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [`DROP INDEX connection_slot_consent, revocation_selection, revocation_open`]);
  }
}
