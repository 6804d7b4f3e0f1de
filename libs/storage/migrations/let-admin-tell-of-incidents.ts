import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll } from './run-all.js';

/** A human who ends a provider's incident tells every workspace that uses it, as the worker does whose probe ends it. */
export class LetAdminTellOfIncidents1763683200031 implements MigrationInterface {
  readonly name = 'LetAdminTellOfIncidents1763683200031';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `GRANT EXECUTE ON FUNCTION list_provider_workspaces(text, text) TO evergrant_admin`,
      `GRANT INSERT ON outbox_event TO evergrant_admin`,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `REVOKE INSERT ON outbox_event FROM evergrant_admin`,
      `REVOKE EXECUTE ON FUNCTION list_provider_workspaces(text, text) FROM evergrant_admin`,
    ]);
  }
}
