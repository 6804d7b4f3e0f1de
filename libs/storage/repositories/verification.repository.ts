import { RevocationItem, type VerifiedBy } from '../entities/revocation-item.entity.js';
import type { TransactionContext } from '../transaction.js';

/** An item as it was claimed: each claim counts one more. */
type Claim = Pick<RevocationItem, 'id' | 'verificationAttempts'>;
type Kind = 'access_token' | 'refresh_token';

/** Revoked items, until it is known whether their tokens are dead. All but the claim do nothing where it is not the newest. */
export class VerificationRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Takes an item that is due for `leaseMs`; undefined where somebody else has it, or its verification has ended. */
  async claim(id: string, leaseMs: number): Promise<RevocationItem | undefined> {
    const { manager, workspace } = this.context;
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET verification_attempts = verification_attempts + 1,
         next_attempt_at = now() + $3 * interval '1 ms', updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND verification = 'waiting' AND next_attempt_at <= now()`,
      [workspace, id, leaseMs],
    );
    if (count === 0) return undefined;
    return (await manager.findOneBy(RevocationItem, { workspaceId: workspace, id })) ?? undefined;
  }

  /** Before the provider is told: whether UserInfo takes the access token. */
  async noteUserinfo(id: string, accepts: boolean): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation_item SET userinfo_accepts = $3 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, accepts],
    );
  }

  /** A refresh whose end is not settled: its answer may hold tokens that nobody has revoked yet. */
  async hasOpenAttempt({
    connectionId,
    slot,
  }: Pick<RevocationItem, 'connectionId' | 'slot'>): Promise<boolean> {
    const [row] = await this.context.manager.query<{ found: boolean }[]>(
      `SELECT EXISTS (SELECT FROM refresh_attempt WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3
         AND closed_at IS NULL) AS found`,
      [this.context.workspace, connectionId, slot],
    );
    return row!.found;
  }

  async askAgain(claim: Claim, inMs: number, reason: string): Promise<boolean> {
    return this.change(claim, `next_attempt_at = now() + $4 * interval '1 ms', verification_reason = $5`, [
      inMs,
      reason,
    ]);
  }

  /** The refresh worker is to try its refresh token. */
  async wantProbe(claim: Claim): Promise<boolean> {
    return this.change(claim, `verification = 'wants_probe', probe = NULL, next_attempt_at = now()`);
  }

  /** A token lives on: the provider is told of it again, as if for the first time. */
  async tellAgain(claim: Claim, alive: readonly Kind[], inMs: number): Promise<boolean> {
    const cleared = alive.map((kind) => `, ${kind}_revoked_at = NULL`).join('');
    return this.change(
      claim,
      `state = 'pending', verification = NULL, probe = NULL, told_again = told_again + 1, last_error = 'still_alive',
       next_attempt_at = now() + $4 * interval '1 ms'${cleared}`,
      [inMs],
    );
  }

  async confirm(claim: Claim, by: VerifiedBy): Promise<boolean> {
    return this.change(
      claim,
      `state = 'verified_dead', verification = 'verified', verification_reason = NULL, verified_by = $4,
       verified_at = now(), last_error = NULL, next_attempt_at = NULL`,
      [by],
    );
  }

  /** It stays `revoked`, by the provider's word alone. */
  async giveUp(claim: Claim, reason: string): Promise<boolean> {
    return this.change(
      claim,
      `verification = 'not_possible', verification_reason = $4, next_attempt_at = NULL`,
      [reason],
    );
  }

  async fail(claim: Claim, reason: string): Promise<boolean> {
    return this.change(
      claim,
      `state = 'failed', verification = 'still_alive', verification_reason = $4, last_error = 'still_alive',
       next_attempt_at = NULL`,
      [reason],
    );
  }

  private async change({ id, verificationAttempts }: Claim, set: string, values: unknown[] = []) {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET ${set}, updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND verification = 'waiting' AND verification_attempts = $3`,
      [this.context.workspace, id, verificationAttempts, ...values],
    );
    return count === 1;
  }
}
