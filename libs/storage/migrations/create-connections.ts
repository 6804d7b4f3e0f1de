import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Connections, their slots and token sets, and the one function of the read path. */
export class CreateConnections1763683200003 implements MigrationInterface {
  readonly name = 'CreateConnections1763683200003';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...connection, ...slot, ...tokenSet, ...readPath]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION read_token_sets(text, text[])`,
      `DROP FUNCTION list_lapsed_connections(integer)`,
      `DROP FUNCTION claim_due_slots(interval, text, integer)`,
      `DROP FUNCTION list_unconfirmed_connections(integer)`,
      `DROP TABLE connection_usage`,
      `DROP TABLE token_set`,
      `DROP TABLE connection_slot`,
      `DROP TABLE connection`,
    ]);
  }
}

const connection = [
  `CREATE TABLE connection (
     workspace_id text NOT NULL,
     id text NOT NULL,
     integration_id text NOT NULL,
     provider text NOT NULL,
     grant_type text NOT NULL,
     end_user_id text,
     end_user_email text,
     end_user_name text,
     subject text,
     state text NOT NULL CHECK (state IN ('pending', 'active', 'degraded', 'needs_reauthorization', 'paused',
       'quarantined', 'revoking', 'revoked', 'expired')),
     return_state text,
     reason jsonb,
     scopes_requested text[] NOT NULL,
     scopes_granted text[] NOT NULL,
     resource text[] NOT NULL,
     metadata jsonb NOT NULL DEFAULT '{}',
     version integer NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     authorized_at timestamptz,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, integration_id) REFERENCES integration
   )`,
  `CREATE INDEX connection_end_user ON connection (workspace_id, end_user_id)`,
  `CREATE INDEX connection_integration ON connection (workspace_id, integration_id, state)`,
  `CREATE INDEX connection_scope ON connection USING gin (scopes_granted)`,
  `CREATE INDEX connection_pending ON connection (created_at) WHERE state = 'pending'`,
  ...isolateByWorkspace('connection'),
  ...allowDefiner('connection', 'SELECT'),
  // A pending connection was made within its session's 30 min, and may be confirmed for as long after that at most.
  ...definerFunction(
    'list_unconfirmed_connections(integer)',
    `CREATE FUNCTION list_unconfirmed_connections(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT c.workspace_id, c.id FROM connection c
       WHERE c.state = 'pending' AND c.created_at < now() - interval '30 minutes' ORDER BY c.created_at LIMIT batch
     $$`,
    'evergrant_refresh_worker',
  ),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON connection TO evergrant_auth_flow`,
  `GRANT SELECT, UPDATE ON connection TO evergrant_refresh_worker, evergrant_revocation_audit`,
  `GRANT SELECT ON connection TO evergrant_admin`,
  `CREATE TABLE connection_usage (
     workspace_id text NOT NULL,
     connection_id text NOT NULL,
     reads bigint NOT NULL,
     last_read_at timestamptz NOT NULL,
     PRIMARY KEY (workspace_id, connection_id),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection ON DELETE CASCADE
   )`,
  ...isolateByWorkspace('connection_usage'),
  `GRANT SELECT, INSERT, UPDATE ON connection_usage TO evergrant_auth_flow`,
  `GRANT SELECT ON connection_usage TO evergrant_revocation_audit, evergrant_admin`,
];

const slot = [
  `CREATE TABLE connection_slot (
     workspace_id text NOT NULL,
     connection_id text NOT NULL,
     slot text NOT NULL,
     id text NOT NULL,
     generation integer NOT NULL,
     fence integer NOT NULL DEFAULT 0,
     lease_owner text,
     lease_until timestamptz,
     open_attempt_id text,
     refresh_due_at timestamptz,
     claimed_epoch text,
     claimed_until timestamptz,
     expires_at timestamptz,
     refresh_token_expires_at timestamptz,
     failures integer NOT NULL DEFAULT 0,
     refreshed_at timestamptz,
     PRIMARY KEY (workspace_id, connection_id, slot),
     FOREIGN KEY (workspace_id, connection_id) REFERENCES connection ON DELETE CASCADE
   )`,
  `CREATE INDEX connection_slot_due ON connection_slot (refresh_due_at) WHERE refresh_due_at IS NOT NULL`,
  `CREATE INDEX connection_slot_lapsing ON connection_slot (expires_at) WHERE refresh_due_at IS NULL`,
  `CREATE INDEX connection_slot_expires_at ON connection_slot (workspace_id, expires_at)`,
  ...isolateByWorkspace('connection_slot'),
  ...allowDefiner('connection_slot', 'SELECT, UPDATE (claimed_epoch, claimed_until)'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON connection_slot TO evergrant_auth_flow`,
  `GRANT SELECT, INSERT, UPDATE ON connection_slot TO evergrant_refresh_worker`,
  `GRANT SELECT, UPDATE ON connection_slot TO evergrant_revocation_audit`,
  `GRANT SELECT ON connection_slot TO evergrant_admin`,
  // A claim outlives its due time by a minute: a job lost without the epoch changing is planned again then.
  ...definerFunction(
    'claim_due_slots(interval, text, integer)',
    `CREATE FUNCTION claim_due_slots(horizon interval, epoch text, batch integer)
     RETURNS TABLE (workspace_id text, connection_id text, slot text, id text, generation integer, due_in_ms bigint)
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH due AS (
         SELECT s.workspace_id, s.connection_id, s.slot FROM connection_slot s
         WHERE s.refresh_due_at <= now() + horizon
           AND (s.claimed_epoch IS DISTINCT FROM epoch OR s.claimed_until <= now())
         ORDER BY s.refresh_due_at LIMIT batch FOR UPDATE SKIP LOCKED
       )
       UPDATE connection_slot s
       SET claimed_epoch = epoch, claimed_until = greatest(s.refresh_due_at, now()) + interval '60 seconds'
       FROM due WHERE (s.workspace_id, s.connection_id, s.slot) = (due.workspace_id, due.connection_id, due.slot)
       RETURNING s.workspace_id, s.connection_id, s.slot, s.id, s.generation,
         greatest(0, extract(epoch FROM s.refresh_due_at - now()) * 1000)::bigint
     $$`,
    'evergrant_refresh_worker',
  ),
];

const tokenSet = [
  // Superseded sets keep their fingerprints, to find a leaked token's owner, and lose their sealed values.
  `CREATE TABLE token_set (
     workspace_id text NOT NULL,
     connection_id text NOT NULL,
     slot text NOT NULL,
     generation integer NOT NULL,
     sealed_access_token bytea,
     sealed_refresh_token bytea,
     access_token_fingerprint bytea NOT NULL,
     refresh_token_fingerprint bytea,
     token_type text NOT NULL,
     scope text NOT NULL,
     issued_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz,
     PRIMARY KEY (workspace_id, connection_id, slot, generation),
     FOREIGN KEY (workspace_id, connection_id, slot) REFERENCES connection_slot ON DELETE CASCADE
   )`,
  `CREATE INDEX token_set_access_fingerprint ON token_set (workspace_id, access_token_fingerprint)`,
  `CREATE INDEX token_set_refresh_fingerprint ON token_set (workspace_id, refresh_token_fingerprint)`,
  ...isolateByWorkspace('token_set'),
  `GRANT INSERT, DELETE ON token_set TO evergrant_auth_flow`,
  `GRANT UPDATE (sealed_access_token, sealed_refresh_token) ON token_set TO evergrant_auth_flow`,
  `GRANT SELECT (workspace_id, connection_id, slot, generation, sealed_access_token, access_token_fingerprint,
     refresh_token_fingerprint, token_type, scope, issued_at, expires_at) ON token_set TO evergrant_auth_flow`,
  `GRANT SELECT, INSERT, UPDATE (sealed_access_token, sealed_refresh_token) ON token_set TO evergrant_refresh_worker`,
  `GRANT SELECT, UPDATE (sealed_access_token, sealed_refresh_token) ON token_set TO evergrant_revocation_audit`,
  `GRANT SELECT (workspace_id, connection_id, slot, generation, token_type, scope, issued_at, expires_at)
     ON token_set TO evergrant_admin`,
  ...allowDefiner(
    'token_set',
    'SELECT (workspace_id, connection_id, slot, generation, refresh_token_fingerprint)',
  ),
  // A week back is far enough for workers that were down, and keeps those long expired out of every look.
  ...definerFunction(
    'list_lapsed_connections(integer)',
    `CREATE FUNCTION list_lapsed_connections(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT c.workspace_id, c.id FROM connection_slot l
       JOIN connection c ON c.workspace_id = l.workspace_id AND c.id = l.connection_id
       WHERE l.refresh_due_at IS NULL AND l.expires_at < now() AND l.expires_at > now() - interval '7 days'
         AND c.state IN ('active', 'degraded') AND c.grant_type <> 'client_credentials'
         AND NOT EXISTS (
           SELECT FROM connection_slot s
           JOIN token_set t ON t.workspace_id = s.workspace_id AND t.connection_id = s.connection_id
             AND t.slot = s.slot AND t.generation = s.generation
           WHERE s.workspace_id = c.workspace_id AND s.connection_id = c.id
             AND (t.refresh_token_fingerprint IS NOT NULL OR s.expires_at IS NULL OR s.expires_at >= now()))
       ORDER BY l.expires_at LIMIT batch
     $$`,
    'evergrant_refresh_worker',
  ),
];

const readPath = [
  // Not a definer: it runs as the caller, under row-level security, and sets the workspace in the same round trip.
  `CREATE FUNCTION read_token_sets(workspace text, connections text[])
   RETURNS TABLE (connection_id text, state text, reason jsonb, integration_state text, slot text, slot_id text,
     generation integer, sealed_access_token bytea, token_type text, scope text,
     issued_at timestamptz, expires_at timestamptz, refresh_due_at timestamptz, renewable boolean, read_at timestamptz)
   LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
   BEGIN
     PERFORM set_config('evergrant.workspace', workspace, true);
     RETURN QUERY
       SELECT c.id, c.state, c.reason, i.state, s.slot, s.id, s.generation, t.sealed_access_token, t.token_type,
         t.scope, t.issued_at, t.expires_at, s.refresh_due_at,
         c.grant_type = 'client_credentials' OR t.refresh_token_fingerprint IS NOT NULL, clock_timestamp()
       FROM connection c
       JOIN integration i ON i.workspace_id = c.workspace_id AND i.id = c.integration_id
       LEFT JOIN connection_slot s ON s.workspace_id = c.workspace_id AND s.connection_id = c.id
       LEFT JOIN token_set t ON t.workspace_id = s.workspace_id AND t.connection_id = s.connection_id
         AND t.slot = s.slot AND t.generation = s.generation
       WHERE c.workspace_id = workspace AND c.id = ANY (connections);
   END $$`,
  `REVOKE ALL ON FUNCTION read_token_sets(text, text[]) FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION read_token_sets(text, text[]) TO evergrant_auth_flow`,
];
