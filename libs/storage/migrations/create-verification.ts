import type { MigrationInterface, QueryRunner } from 'typeorm';
import { definerFunction } from './row-security.js';
import { runAll } from './run-all.js';

/** What was told to providers is verified: by asking, or by a refresh that must fail. */
export class CreateVerification1763683200010 implements MigrationInterface {
  readonly name = 'CreateVerification1763683200010';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...columns, ...indexes, ...functions]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION list_wanted_probes(integer)`,
      `DROP FUNCTION list_due_verifications(integer)`,
      `REVOKE SELECT, UPDATE ON revocation_item FROM evergrant_refresh_worker`,
      `DROP INDEX revocation_item_probe`,
      `DROP INDEX revocation_item_verification`,
      // Of every workspace: the owner sees them only where row-level security does not bind it too.
      `ALTER TABLE revocation_item NO FORCE ROW LEVEL SECURITY`,
      `UPDATE revocation_item SET state = 'revoked' WHERE state = 'verified_dead'`,
      `ALTER TABLE revocation_item FORCE ROW LEVEL SECURITY`,
      `ALTER TABLE revocation_item DROP CONSTRAINT revocation_item_state_check`,
      `ALTER TABLE revocation_item ADD CONSTRAINT revocation_item_state_check
         CHECK (state IN ('pending', 'revoked', 'unsupported', 'failed'))`,
      `ALTER TABLE revocation_item DROP COLUMN verification, DROP COLUMN verification_reason, DROP COLUMN verified_by,
         DROP COLUMN verified_at, DROP COLUMN verification_attempts, DROP COLUMN told_again, DROP COLUMN userinfo_accepts,
         DROP COLUMN probe`,
    ]);
  }
}

const columns = [
  `ALTER TABLE revocation_item DROP CONSTRAINT revocation_item_state_check`,
  `ALTER TABLE revocation_item ADD CONSTRAINT revocation_item_state_check
     CHECK (state IN ('pending', 'revoked', 'verified_dead', 'unsupported', 'failed'))`,
  // verification: null while the provider is still to be told. probe: what a refresh that must fail came to.
  `ALTER TABLE revocation_item
     ADD COLUMN verification text
       CHECK (verification IN ('waiting', 'wants_probe', 'verified', 'not_possible', 'still_alive')),
     ADD COLUMN verification_reason text,
     ADD COLUMN verified_by text CHECK (verified_by IN ('introspection', 'userinfo', 'refresh', 'expiry')),
     ADD COLUMN verified_at timestamptz,
     ADD COLUMN verification_attempts integer NOT NULL DEFAULT 0,
     ADD COLUMN told_again integer NOT NULL DEFAULT 0,
     ADD COLUMN userinfo_accepts boolean,
     ADD COLUMN probe text CHECK (probe IN ('dead', 'alive', 'unanswerable'))`,
  // It says what its probes came to, and nothing else about an item.
  `GRANT SELECT ON revocation_item TO evergrant_refresh_worker`,
  `GRANT UPDATE (probe, verification, verification_attempts, next_attempt_at, updated_at) ON revocation_item
     TO evergrant_refresh_worker`,
];

const indexes = [
  `CREATE INDEX revocation_item_verification ON revocation_item (next_attempt_at) WHERE verification = 'waiting'`,
  `CREATE INDEX revocation_item_probe ON revocation_item (next_attempt_at) WHERE verification = 'wants_probe'`,
];

const functions = [
  ...listing('list_due_verifications', 'waiting', 'evergrant_revocation_audit'),
  ...listing('list_wanted_probes', 'wants_probe', 'evergrant_refresh_worker'),
];

function listing(name: string, verification: string, role: string): string[] {
  return definerFunction(
    `${name}(integer)`,
    `CREATE FUNCTION ${name}(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT i.workspace_id, i.id FROM revocation_item i
       WHERE i.verification = '${verification}' AND i.next_attempt_at <= now() ORDER BY i.next_attempt_at LIMIT batch
     $$`,
    role,
  );
}
