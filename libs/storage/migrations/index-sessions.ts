import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll } from './run-all.js';

/** A person's sessions, the ended ones as well: the newest says where they were. */
export class IndexSessions1763683200027 implements MigrationInterface {
  readonly name = 'IndexSessions1763683200027';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP INDEX session_person_id`,
      `CREATE INDEX session_person_id ON session (person_id, created_at)`,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP INDEX session_person_id`,
      `CREATE INDEX session_person_id ON session (person_id) WHERE ended_at IS NULL`,
    ]);
  }
}
