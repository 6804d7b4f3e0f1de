import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Workspaces, their wrapped keys, API keys and idempotency keys. */
export class CreateWorkspaces1763683200001 implements MigrationInterface {
  readonly name = 'CreateWorkspaces1763683200001';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
      `GRANT USAGE ON SCHEMA public TO evergrant_auth_flow, evergrant_refresh_worker, evergrant_revocation_audit, evergrant_admin`,
      // CREATE is what lets a function of this schema be handed to the definer role.
      `GRANT USAGE, CREATE ON SCHEMA public TO evergrant_definer`,
      ...workspace,
      ...apiKey,
      ...idempotencyKey,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION find_api_keys(bytea[])`,
      `DROP TABLE idempotency_key`,
      `DROP TABLE api_key`,
      `DROP TABLE workspace_key`,
      `DROP TABLE workspace`,
    ]);
  }
}

const workspace = [
  `CREATE TABLE workspace (
     id text PRIMARY KEY,
     name text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  ...isolateByWorkspace('workspace', 'id'),
  `GRANT SELECT ON workspace TO evergrant_auth_flow, evergrant_refresh_worker, evergrant_revocation_audit, evergrant_admin`,
  `CREATE TABLE workspace_key (
     workspace_id text PRIMARY KEY REFERENCES workspace (id),
     kek_id text NOT NULL,
     wrapped bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  ...isolateByWorkspace('workspace_key'),
  `GRANT SELECT, INSERT ON workspace_key TO evergrant_auth_flow, evergrant_revocation_audit`,
  `GRANT SELECT ON workspace_key TO evergrant_refresh_worker`,
];

const apiKey = [
  `CREATE TABLE api_key (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     name text NOT NULL,
     prefix text NOT NULL,
     key_hash bytea NOT NULL UNIQUE,
     scopes text[] NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz,
     revoked_at timestamptz,
     PRIMARY KEY (workspace_id, id)
   )`,
  ...isolateByWorkspace('api_key'),
  ...allowDefiner('api_key', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON api_key TO evergrant_auth_flow`,
  // Scopes come along: they are no secret, and a second round trip for them would be paid by every request.
  ...definerFunction(
    'find_api_keys(bytea[])',
    `CREATE FUNCTION find_api_keys(hashes bytea[])
     RETURNS TABLE (key_hash bytea, workspace_id text, id text, name text, scopes text[])
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT k.key_hash, k.workspace_id, k.id, k.name, k.scopes FROM api_key k
       WHERE k.key_hash = ANY (hashes) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
     $$`,
    'evergrant_auth_flow',
    'evergrant_revocation_audit',
    'evergrant_admin',
  ),
];

const idempotencyKey = [
  `CREATE TABLE idempotency_key (
     workspace_id text NOT NULL REFERENCES workspace (id),
     caller_id text NOT NULL,
     key text NOT NULL,
     route text NOT NULL,
     body_hash bytea NOT NULL,
     status integer,
     sealed_answer bytea,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
     PRIMARY KEY (workspace_id, caller_id, key)
   )`,
  `CREATE INDEX idempotency_key_expires_at ON idempotency_key (expires_at)`,
  ...isolateByWorkspace('idempotency_key'),
  ...allowDefiner('idempotency_key', 'SELECT, DELETE'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO evergrant_auth_flow, evergrant_revocation_audit`,
];
