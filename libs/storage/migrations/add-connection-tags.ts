import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerFunction } from './row-security.js';
import { runAll } from './run-all.js';

/** The caller's own words about a connection, and how those that have them are found. */
export class AddConnectionTags1763683200023 implements MigrationInterface {
  readonly name = 'AddConnectionTags1763683200023';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `ALTER TABLE connection ADD COLUMN tags jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object')`,
      `ALTER TABLE connect_session ADD COLUMN tags jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object')`,
      // Those without tags are not in it: where nobody uses tags, no change of a connection pays for them.
      `CREATE INDEX connection_tags ON connection USING gin (tags jsonb_path_ops) WHERE tags <> '{}'`,
      // Row-level security keeps @> from the index, as an operator that could leak. Here, the definer's rows are all
      // visible, and the workspace is held to by the same setting that the policy holds to.
      ...definerFunction(
        'find_tagged_connections(jsonb)',
        `CREATE FUNCTION find_tagged_connections(wanted jsonb) RETURNS SETOF text
         LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
           SELECT c.id FROM connection c
           WHERE c.workspace_id = current_setting('evergrant.workspace', true) AND c.tags <> '{}' AND c.tags @> wanted
         $$`,
        'evergrant_auth_flow',
        'evergrant_revocation_audit',
        'evergrant_admin',
      ),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION find_tagged_connections(jsonb)`,
      `ALTER TABLE connect_session DROP COLUMN tags`,
      `ALTER TABLE connection DROP COLUMN tags`,
    ]);
  }
}
