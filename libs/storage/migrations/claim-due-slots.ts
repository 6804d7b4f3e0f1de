import { definerFunction } from './row-security.js';

const signature = 'claim_due_slots(interval, text, integer, integer)';
const signatureBefore = 'claim_due_slots(interval, text, integer)';
/** Later than this it is backlog: a healthy planner claims half a minute ahead. */
const late = `s.refresh_due_at <= now() - interval '5 seconds'`;
const returns = `TABLE (workspace_id text, connection_id text, slot text, id text, generation integer, due_in_ms bigint)`;
const role = 'evergrant_refresh_worker';

/**
 * Two narrow indexes in place of one over everything that is scheduled: what is claimed already, all that the queue holds,
 * is not gone through again by each tick. Which claims are void, by their time or by their epoch, the second one knows.
 */
export const claimDueSlots = [
  `DROP INDEX connection_slot_due`,
  `CREATE INDEX connection_slot_due ON connection_slot (refresh_due_at)
     WHERE refresh_due_at IS NOT NULL AND claimed_until IS NULL`,
  `CREATE INDEX connection_slot_claimed ON connection_slot (claimed_epoch, claimed_until) WHERE claimed_until IS NOT NULL`,
  // Else neither of the two would hold it.
  `ALTER TABLE connection_slot ADD CONSTRAINT connection_slot_claim_whole
     CHECK ((claimed_epoch IS NULL) = (claimed_until IS NULL))`,
  `DROP INDEX connection_slot_expires_at`,
  `CREATE INDEX connection_slot_expires_at ON connection_slot (expires_at)`,
  `DROP FUNCTION ${signatureBefore}`,
  ...definerFunction(
    signature,
    `CREATE FUNCTION claim_due_slots(horizon interval, epoch text, batch integer, backlog integer) RETURNS ${returns}
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
     SET enable_bitmapscan = off AS $$
       WITH ${claimable('unclaimed', `s.claimed_until IS NULL AND NOT (${late})`, 's.refresh_due_at')},
       ${claimable('unclaimed_late', `s.claimed_until IS NULL AND ${late}`, 's.refresh_due_at')},
       ${claimable('lapsed', `s.claimed_until <= now() AND s.claimed_epoch = epoch`, 's.claimed_until')},
       ${claimable('voided', `s.claimed_until IS NOT NULL AND s.claimed_epoch < epoch`, 's.refresh_due_at')},
       ${claimable('voided_too', `s.claimed_until IS NOT NULL AND s.claimed_epoch > epoch`, 's.refresh_due_at')},
       found AS (
         TABLE unclaimed UNION ALL TABLE unclaimed_late UNION ALL TABLE lapsed UNION ALL TABLE voided
         UNION ALL TABLE voided_too
       ),
       due AS (
         SELECT place FROM (
           (SELECT * FROM found s WHERE NOT (${late}) ORDER BY s.refresh_due_at LIMIT batch)
           UNION ALL (SELECT * FROM found s WHERE ${late} ORDER BY s.refresh_due_at LIMIT backlog)
         ) d ORDER BY d.refresh_due_at LIMIT batch
       )
       UPDATE connection_slot s
       SET claimed_epoch = epoch, claimed_until = greatest(s.refresh_due_at, now()) + interval '60 seconds'
       WHERE s.ctid = ANY (ARRAY (SELECT place FROM due))
       RETURNING s.workspace_id, s.connection_id, s.slot, s.id, s.generation,
         (extract(epoch FROM s.refresh_due_at - now()) * 1000)::bigint
     $$`,
    role,
  ),
];

/** Rows that are locked here stay in their places until the update finds them there. */
function claimable(name: string, condition: string, order: string): string {
  return `${name} AS MATERIALIZED (
         SELECT s.ctid AS place, s.refresh_due_at FROM connection_slot s
         WHERE s.refresh_due_at <= now() + horizon AND ${condition}
         ORDER BY ${order} LIMIT batch FOR UPDATE SKIP LOCKED
       )`;
}

export const claimDueSlotsBefore = [
  `DROP FUNCTION ${signature}`,
  `ALTER TABLE connection_slot DROP CONSTRAINT connection_slot_claim_whole`,
  `DROP INDEX connection_slot_expires_at`,
  `DROP INDEX connection_slot_claimed`,
  `DROP INDEX connection_slot_due`,
  `CREATE INDEX connection_slot_due ON connection_slot (refresh_due_at) WHERE refresh_due_at IS NOT NULL`,
  `CREATE INDEX connection_slot_expires_at ON connection_slot (workspace_id, expires_at)`,
  ...definerFunction(
    signatureBefore,
    `CREATE FUNCTION claim_due_slots(horizon interval, epoch text, batch integer) RETURNS ${returns}
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
    role,
  ),
];
