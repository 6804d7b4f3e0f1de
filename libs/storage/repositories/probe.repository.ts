import type { ProbeAnswer } from '../entities/revocation-item.entity.js';
import type { TransactionContext } from '../transaction.js';

/** A refresh token of a revoked connection that is to be tried, as the refresh worker claimed it. */
export interface ClaimedProbe {
  id: string;
  connectionId: string;
  slot: string;
  generation: number;
  attempts: number;
  toldAgain: number;
  /** An earlier probe since the provider was last told got tokens. */
  granted: boolean;
  /** What became of an earlier probe is not known, or it got tokens: the refresh token may be spent. */
  maybeSpent: boolean;
}

export interface ProbeIntent {
  attempt: string;
  worker: string;
  leaseMs: number;
  deadlineMs: number;
}

/** Probes: what revocation-audit wants tried, and what the one spender of refresh tokens says of it. */
export class ProbeRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Undefined where another worker has it, or nobody wants it any more. */
  async claim(id: string, leaseMs: number): Promise<ClaimedProbe | undefined> {
    const [rows] = await this.context.manager.query<[ClaimedProbe[], number]>(
      `UPDATE revocation_item i SET verification_attempts = verification_attempts + 1,
         next_attempt_at = now() + $3 * interval '1 ms', updated_at = now()
       WHERE i.workspace_id = $1 AND i.id = $2 AND i.verification = 'wants_probe' AND i.next_attempt_at <= now()
       RETURNING i.id, i.connection_id AS "connectionId", i.slot, i.generation, i.verification_attempts AS attempts,
         i.told_again AS "toldAgain",
         EXISTS (SELECT FROM refresh_attempt a WHERE ${earlierProbe} AND a.state IN ('landed', 'orphaned')
           AND a.started_at > greatest(i.refresh_token_revoked_at, i.access_token_revoked_at)) AS granted,
         EXISTS (SELECT FROM refresh_attempt a WHERE ${earlierProbe}
           AND a.state IN ('intent', 'ambiguous', 'resolved', 'landed', 'orphaned')) AS "maybeSpent"`,
      [this.context.workspace, id, leaseMs],
    );
    return rows[0];
  }

  /**
   * The intent, committed before the wire. The item's claim takes the place of a slot's lease: since the revocation moved
   * the slot's fence nobody else may spend its token. False where the claim is lost.
   */
  async begin({ id, attempts, ...at }: ClaimedProbe, intent: ProbeIntent): Promise<boolean> {
    const { manager, workspace } = this.context;
    const [, held] = await manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET next_attempt_at = now() + $4 * interval '1 ms', updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND verification = 'wants_probe' AND verification_attempts = $3`,
      [workspace, id, attempts, intent.leaseMs],
    );
    if (held === 0) return false;
    await manager.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation,
         refresh_token_fingerprint, state, deadline, resolve_at)
       SELECT s.workspace_id, $4, s.connection_id, s.slot, $5, 'revocation_probe', s.fence, s.generation,
         t.refresh_token_fingerprint, 'intent', now() + $6 * interval '1 ms', now() + $7 * interval '1 ms'
       FROM connection_slot s
       LEFT JOIN token_set t ON t.workspace_id = s.workspace_id AND t.connection_id = s.connection_id AND t.slot = s.slot
         AND t.generation = s.generation
       WHERE s.workspace_id = $1 AND s.connection_id = $2 AND s.slot = $3`,
      [workspace, at.connectionId, at.slot, intent.attempt, intent.worker, intent.deadlineMs, intent.leaseMs],
    );
    return true;
  }

  /** Nothing was learned; it is tried again. */
  async postpone({ id, attempts }: ClaimedProbe, inMs: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation_item SET next_attempt_at = now() + $4 * interval '1 ms', updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND verification = 'wants_probe' AND verification_attempts = $3`,
      [this.context.workspace, id, attempts, inMs],
    );
  }

  /** Goes back to who wanted to know, who decides what it means. */
  async answer({ id, attempts }: ClaimedProbe, probe: ProbeAnswer): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation_item SET probe = $4, verification = 'waiting', next_attempt_at = now(), updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND verification = 'wants_probe' AND verification_attempts = $3`,
      [this.context.workspace, id, attempts, probe],
    );
  }
}

const earlierProbe = `a.workspace_id = i.workspace_id AND a.connection_id = i.connection_id AND a.slot = i.slot
           AND a.trigger = 'revocation_probe'`;
