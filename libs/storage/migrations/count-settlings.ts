import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll } from './run-all.js';

/** How often it was tried to settle an orphan: what cannot be revoked at its provider is not tried for ever. */
export class CountSettlings1763683200028 implements MigrationInterface {
  readonly name = 'CountSettlings1763683200028';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `ALTER TABLE refresh_attempt ADD COLUMN settlings integer NOT NULL DEFAULT 0`,
      // Whoever tells providers again of what failed has its orphans tried again as well.
      `GRANT UPDATE (closed_at, resolve_at, settlings) ON refresh_attempt TO evergrant_revocation_audit`,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `REVOKE UPDATE (closed_at, resolve_at, settlings) ON refresh_attempt FROM evergrant_revocation_audit`,
      `ALTER TABLE refresh_attempt DROP COLUMN settlings`,
    ]);
  }
}
