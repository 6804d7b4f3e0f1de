import type { QueryRunner } from 'typeorm';

/** Runs statements in order. */
export async function runAll(runner: QueryRunner, statements: string[]): Promise<void> {
  for (const statement of statements) await runner.query(statement);
}
