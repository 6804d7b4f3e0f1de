import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerFunction } from './row-security.js';
import { runAll } from './run-all.js';

/** The caller's own words about a connection, and how those that have them are found; secrets of streams that rotate. */
export class AddTagsAndRotation1763683200023 implements MigrationInterface {
  readonly name = 'AddTagsAndRotation1763683200023';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...tags, ...streamSecrets, ...signingKeys]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      // What the schema before cannot hold. Its owner, too, sees no row while row-level security is forced.
      `ALTER TABLE security_event_key NO FORCE ROW LEVEL SECURITY`,
      `DELETE FROM security_event_key k WHERE EXISTS (SELECT FROM security_event_key n
         WHERE n.workspace_id = k.workspace_id AND (n.signs_at, n.kid) > (k.signs_at, k.kid))`,
      `ALTER TABLE security_event_key FORCE ROW LEVEL SECURITY`,
      `REVOKE UPDATE (retired_at), DELETE ON security_event_key FROM evergrant_revocation_audit`,
      `ALTER TABLE security_event_key DROP COLUMN kid, DROP COLUMN signs_at, DROP COLUMN retired_at,
         ADD PRIMARY KEY (workspace_id)`,
      `ALTER TABLE security_event_stream DROP COLUMN previous_authorization_hash,
         DROP COLUMN previous_authorization_until`,
      `DROP FUNCTION find_tagged_connections(jsonb)`,
      `ALTER TABLE connect_session DROP COLUMN tags`,
      `ALTER TABLE connection DROP COLUMN tags`,
    ]);
  }
}

const tags = [
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
];

const streamSecrets = [
  `ALTER TABLE security_event_stream ADD COLUMN previous_authorization_hash bytea,
     ADD COLUMN previous_authorization_until timestamptz`,
];

const signingKeys = [
  // One signs, another may be published before it does or after it did.
  `ALTER TABLE security_event_key ADD COLUMN kid text NOT NULL GENERATED ALWAYS AS (coalesce(public_jwk ->> 'kid', '')) STORED,
     ADD COLUMN signs_at timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN retired_at timestamptz,
     DROP CONSTRAINT security_event_key_pkey,
     ADD PRIMARY KEY (workspace_id, kid)`,
  `GRANT UPDATE (retired_at), DELETE ON security_event_key TO evergrant_revocation_audit`,
];
