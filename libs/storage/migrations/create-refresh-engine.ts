import type { MigrationInterface, QueryRunner } from 'typeorm';
import { claimDueSlots, claimDueSlotsBefore } from './claim-due-slots.js';
import { runAll } from './run-all.js';

/** The three commits of a refresh (intent, landing, promotion) as one call each, for many refreshes at once. */
export class CreateRefreshEngine1763683200006 implements MigrationInterface {
  readonly name = 'CreateRefreshEngine1763683200006';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      ...columns,
      ...indexes,
      ...claimDueSlots,
      ...worker,
      ...load,
      ...begin,
      ...land,
      ...promote,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION promote_refresh_attempts(json[])`,
      `DROP FUNCTION land_answers(json[])`,
      `DROP FUNCTION begin_refresh_attempts(text, json[])`,
      `DROP FUNCTION load_refresh_slots(json[])`,
      `DROP TABLE refresh_worker`,
      ...claimDueSlotsBefore,
      ...indexesBefore,
      `ALTER TABLE integration DROP COLUMN limits`,
      `ALTER TABLE connection_slot DROP COLUMN renew_every_ms, DROP COLUMN reauthorize_by, DROP COLUMN announcements`,
    ]);
  }
}

const columns = [
  // How often the slot is renewed when all is well: what the normal rate of refreshes is made of.
  `ALTER TABLE connection_slot ADD COLUMN renew_every_ms bigint, ADD COLUMN reauthorize_by timestamptz,
     ADD COLUMN announcements smallint NOT NULL DEFAULT 0`,
  `ALTER TABLE integration ADD COLUMN limits jsonb NOT NULL DEFAULT '{}'`,
];

const dropped = [
  `DROP INDEX refresh_attempt_slot`,
  `DROP INDEX token_set_access_fingerprint`,
  `DROP INDEX token_set_refresh_fingerprint`,
];

/**
 * Only the primary key begins with the workspace. While a table is small another index that does costs as little, and a
 * plan kept from then, also a foreign key's own, goes through all rows of the workspace for one. What they begin with is
 * unique across workspaces, and they are half as wide.
 */
const indexes = [
  ...dropped,
  `CREATE INDEX refresh_attempt_slot ON refresh_attempt (connection_id, slot, started_at DESC)`,
  `CREATE INDEX token_set_access_fingerprint ON token_set (access_token_fingerprint)`,
  `CREATE INDEX token_set_refresh_fingerprint ON token_set (refresh_token_fingerprint)`,
];

const indexesBefore = [
  ...dropped,
  `CREATE INDEX refresh_attempt_slot ON refresh_attempt (workspace_id, connection_id, slot, started_at DESC)`,
  `CREATE INDEX token_set_access_fingerprint ON token_set (workspace_id, access_token_fingerprint)`,
  `CREATE INDEX token_set_refresh_fingerprint ON token_set (workspace_id, refresh_token_fingerprint)`,
];

// Across workspaces: a worker serves all of them. One row a spool.
const worker = [
  `CREATE TABLE refresh_worker (
     id text PRIMARY KEY,
     started_at timestamptz NOT NULL DEFAULT now(),
     seen_at timestamptz NOT NULL DEFAULT now(),
     spool_drained_at timestamptz,
     spooled integer NOT NULL DEFAULT 0,
     given_up_at timestamptz
   )`,
  `GRANT SELECT, INSERT, UPDATE ON refresh_worker TO evergrant_refresh_worker`,
  `GRANT SELECT, UPDATE (given_up_at) ON refresh_worker TO evergrant_admin`,
];

/**
 * One plan that holds for a table of ten rows and of ten million, since Postgres keeps it for as long as the statistics
 * stand. So each table is met by its primary key alone: `= ANY (ARRAY (…))`, a correlated subquery, or LATERAL with OFFSET
 * 0, which is never joined the other way round.
 */
const onePlan = `SET plan_cache_mode = force_generic_plan SET enable_seqscan = off`;

/**
 * Not definers: they run as the caller, under row-level security, and set the workspace for each group. A group is
 * `{ workspace, items: [...] }`.
 */
function grouped(signature: string, returns: string, statement: string): string[] {
  const name = signature.slice(0, signature.indexOf('('));
  const types = signature.includes('worker_id') ? 'text, json[]' : 'json[]';
  return [
    `CREATE FUNCTION ${signature} RETURNS ${returns}
     LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp ${onePlan} AS $$
     #variable_conflict use_column
     DECLARE
       chunk json;
       w text;
     BEGIN
       FOREACH chunk IN ARRAY chunks LOOP
         w := chunk ->> 'workspace';
         PERFORM set_config('evergrant.workspace', w, true);
         RETURN QUERY ${statement};
       END LOOP;
     END $$`,
    `REVOKE ALL ON FUNCTION ${name}(${types}) FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${name}(${types}) TO evergrant_refresh_worker`,
  ];
}

const load = grouped(
  'load_refresh_slots(chunks json[])',
  `TABLE (workspace_id text, connection_id text, slot text, state text, grant_type text, end_user_id text,
     scopes_requested text[], scopes_granted text[], resource text[], integration_id text, provider text,
     integration_state text, paused_reason text, client_id text, token_endpoint_auth_method text,
     refresh_policy text, settings jsonb, limits jsonb, secret_ids text[], secrets bytea[], generation integer, fence integer,
     leased boolean, open_attempt_id text, failures integer, expires_at timestamptz, throttled_ms bigint,
     sealed_access_token bytea, sealed_refresh_token bytea, remaining_ms bigint, lifetime_ms bigint)`,
  `SELECT c.workspace_id, c.id, s.slot, c.state, c.grant_type, c.end_user_id, c.scopes_requested, c.scopes_granted,
     c.resource, i.id, i.provider, i.state, i.paused_reason, i.client_id, i.token_endpoint_auth_method,
     i.refresh_policy, i.settings, i.limits, x.ids, x.sealed, s.generation, s.fence, coalesce(s.lease_until > now(), false),
     s.open_attempt_id, s.failures, s.expires_at,
     CASE WHEN s.refresh_due_at > now() + interval '500 ms' AND 'THROTTLED' = (
         SELECT a.failure_class FROM refresh_attempt a
         WHERE a.workspace_id = w AND a.connection_id = s.connection_id AND a.slot = s.slot
         ORDER BY a.started_at DESC LIMIT 1)
       THEN (extract(epoch FROM s.refresh_due_at - now()) * 1000)::bigint ELSE 0 END,
     t.sealed_access_token, t.sealed_refresh_token,
     (extract(epoch FROM t.expires_at - now()) * 1000)::bigint,
     (extract(epoch FROM t.expires_at - t.issued_at) * 1000)::bigint
   FROM json_to_recordset(chunk -> 'items') AS k(connection text, slot text)
   CROSS JOIN LATERAL (SELECT * FROM connection c WHERE c.workspace_id = w AND c.id = k.connection OFFSET 0) c
   CROSS JOIN LATERAL (SELECT * FROM integration i WHERE i.workspace_id = w AND i.id = c.integration_id OFFSET 0) i
   CROSS JOIN LATERAL (SELECT * FROM connection_slot s
     WHERE s.workspace_id = w AND s.connection_id = c.id AND s.slot = k.slot OFFSET 0) s
   LEFT JOIN LATERAL (SELECT * FROM token_set t WHERE t.workspace_id = w AND t.connection_id = c.id AND t.slot = s.slot
     AND t.generation = s.generation OFFSET 0) t ON true
   LEFT JOIN LATERAL (
     SELECT array_agg(o.id ORDER BY o.created_at DESC) AS ids, array_agg(o.sealed ORDER BY o.created_at DESC) AS sealed
     FROM integration_secret o WHERE o.workspace_id = w AND o.integration_id = i.id) x ON true`,
);

// The fence as it was loaded: whatever forbids a refresh (revocation, pause) has moved it.
const begin = grouped(
  'begin_refresh_attempts(worker_id text, chunks json[])',
  `TABLE (id text, fence integer)`,
  `WITH items AS MATERIALIZED (
     SELECT * FROM json_to_recordset(chunk -> 'items') AS k(id text, connection text, slot text, generation integer,
       fence integer, trigger text, lease_ms integer, deadline_ms integer)
   ), leased AS (
     UPDATE connection_slot s
     SET fence = s.fence + 1, lease_owner = worker_id, lease_until = now() + k.lease_ms * interval '1 ms',
       open_attempt_id = k.id
     FROM items k
     WHERE s.workspace_id = w AND s.connection_id = ANY (ARRAY (SELECT connection FROM items))
       AND s.connection_id = k.connection AND s.slot = k.slot AND s.generation = k.generation AND s.fence = k.fence
       AND (s.lease_until IS NULL OR s.lease_until <= now()) AND s.open_attempt_id IS NULL
     RETURNING k.id, k.trigger, k.deadline_ms, s.connection_id, s.slot, s.fence, s.generation, s.lease_until
   )
   INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation,
     refresh_token_fingerprint, state, deadline, resolve_at)
   SELECT w, l.id, l.connection_id, l.slot, worker_id, l.trigger, l.fence, l.generation,
     (SELECT t.refresh_token_fingerprint FROM token_set t WHERE t.workspace_id = w AND t.connection_id = l.connection_id
        AND t.slot = l.slot AND t.generation = l.generation),
     'intent', now() + l.deadline_ms * interval '1 ms', l.lease_until
   FROM leased l
   RETURNING id, fence`,
);

// The first answer stays, unless nobody understood it. An attempt that others closed meanwhile is open again: somebody has to
// settle what came.
const land = grouped(
  'land_answers(chunks json[])',
  `TABLE (id text)`,
  `WITH items AS MATERIALIZED (
     SELECT * FROM json_to_recordset(chunk -> 'items') AS k(attempt text, answer bytea)
   ), landed AS (
     UPDATE refresh_attempt a SET state = 'landed', closed_at = NULL,
       resolve_at = CASE WHEN a.closed_at IS NULL THEN a.resolve_at ELSE now() END
     WHERE a.workspace_id = w AND a.id = ANY (ARRAY (SELECT attempt FROM items)) RETURNING a.id
   ), kept AS (
     INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer)
     SELECT w, l.id, 'landed', k.answer FROM landed l JOIN items k ON k.attempt = l.id
     ON CONFLICT (workspace_id, attempt_id) DO UPDATE
       SET state = 'landed', sealed_answer = excluded.sealed_answer, landed_at = clock_timestamp()
       WHERE token_landing.state = 'quarantined'
   ) SELECT l.id FROM landed l`,
);

/**
 * The compare-and-swap, of connections whose state it does not change: active, with an active integration. Whatever else
 * comes takes the way of one at a time.
 */
const promote = grouped(
  'promote_refresh_attempts(chunks json[])',
  `TABLE (attempt text, generation integer)`,
  `WITH items AS MATERIALIZED (
     SELECT * FROM json_to_recordset(chunk -> 'items') AS k(attempt text, connection text, slot text,
       generation integer, fence integer, sealed_access_token bytea, sealed_refresh_token bytea,
       access_token_fingerprint bytea, refresh_token_fingerprint bytea, token_type text, scope text,
       expires_in_ms bigint, refresh_token_expires_in_ms bigint, keeps_refresh_token boolean, due_in_ms bigint,
       reauthorize_in_ms bigint,
       audit_id text, audit_at timestamptz, actor_type text, actor_id text, audit_entry bytea, audit_hash bytea,
       event_id text, event_data text)
   ), locked AS MATERIALIZED (
     SELECT c.id FROM connection c
     WHERE c.workspace_id = w AND c.id = ANY (ARRAY (SELECT connection FROM items)) AND c.state = 'active'
       AND 'active' = (SELECT i.state FROM integration i WHERE i.workspace_id = w AND i.id = c.integration_id)
     ORDER BY c.id FOR NO KEY UPDATE
   ), promoted AS (
     UPDATE connection_slot s
     SET generation = s.generation + 1, open_attempt_id = NULL, failures = 0, refreshed_at = now(),
       expires_at = now() + k.expires_in_ms * interval '1 ms',
       refresh_token_expires_at = CASE WHEN k.keeps_refresh_token AND k.refresh_token_expires_in_ms IS NULL
         THEN s.refresh_token_expires_at ELSE now() + k.refresh_token_expires_in_ms * interval '1 ms' END,
       refresh_due_at = now() + k.due_in_ms * interval '1 ms', renew_every_ms = coalesce(k.due_in_ms, s.renew_every_ms),
       reauthorize_by = least(s.reauthorize_by, now() + k.reauthorize_in_ms * interval '1 ms'),
       lease_owner = NULL, lease_until = NULL, claimed_epoch = NULL, claimed_until = NULL
     FROM items k, locked c
     WHERE s.workspace_id = w AND s.connection_id = ANY (ARRAY (SELECT id FROM locked)) AND s.connection_id = k.connection
       AND s.slot = k.slot AND s.generation = k.generation AND s.fence = k.fence AND c.id = k.connection
     RETURNING k.*, s.generation AS installed
   ), sets AS (
     INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token, sealed_refresh_token,
       access_token_fingerprint, refresh_token_fingerprint, token_type, scope, expires_at)
     SELECT w, p.connection, p.slot, p.installed, p.sealed_access_token, p.sealed_refresh_token,
       p.access_token_fingerprint, p.refresh_token_fingerprint, p.token_type, p.scope,
       now() + p.expires_in_ms * interval '1 ms'
     FROM promoted p
   ), erased AS (
     UPDATE token_set t SET sealed_access_token = NULL, sealed_refresh_token = NULL FROM promoted p
     WHERE t.workspace_id = w AND t.connection_id = ANY (ARRAY (SELECT connection FROM promoted))
       AND t.slot = ANY (ARRAY (SELECT slot FROM promoted)) AND t.generation = ANY (ARRAY (SELECT generation FROM promoted))
       AND t.connection_id = p.connection AND t.slot = p.slot AND t.generation = p.generation
   ), audited AS (
     INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type, subject_id, entry, hash)
     SELECT w, p.audit_id, p.audit_at, p.actor_type, p.actor_id, 'token.refreshed', 'connection', p.connection,
       p.audit_entry, p.audit_hash
     FROM promoted p
   ), told AS (
     INSERT INTO outbox_event (workspace_id, id, subject, type, data)
     SELECT w, p.event_id, p.connection, 'token.refreshed', p.event_data::jsonb FROM promoted p
   ), closed AS (
     UPDATE refresh_attempt a SET state = 'promoted', closed_at = clock_timestamp(), resolve_at = NULL
     WHERE a.workspace_id = w AND a.id = ANY (ARRAY (SELECT attempt FROM promoted))
   ), unlanded AS (
     DELETE FROM token_landing l WHERE l.workspace_id = w AND l.attempt_id = ANY (ARRAY (SELECT attempt FROM promoted))
   ) SELECT p.attempt, p.installed FROM promoted p`,
);
