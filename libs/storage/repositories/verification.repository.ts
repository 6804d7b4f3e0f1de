import { RevocationItem, type VerifiedBy } from '../entities/revocation-item.entity.js';
import type { TransactionContext } from '../transaction.js';

/** An item as it was claimed: each claim counts one more. */
type Claim = Pick<RevocationItem, 'id' | 'verificationAttempts'>;
type Kind = 'access_token' | 'refresh_token';

/** Revoked items, until it is known whether their tokens are dead. All but the claim do nothing where it is not the newest. */
export class VerificationRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Before the provider is told: whether UserInfo takes the access token. */
  async noteUserinfo(id: string, accepts: boolean): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation_item SET userinfo_accepts = $3 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, accepts],
    );
  }

  /**
   * Of these items, those with a refresh of their slot whose answer may hold tokens that nobody has revoked: because its end is
   * not settled (`settlesInMs`: until somebody takes it up next), or because the provider could not be brought to revoke
   * them since (null).
   */
  async listUnsettled(ids: readonly string[]): Promise<{ id: string; settlesInMs: number | null }[]> {
    return this.context.manager.query(
      `SELECT i.id, CASE WHEN bool_or(a.closed_at IS NULL) THEN greatest(0, extract(epoch FROM
         max(coalesce(a.resolve_at, now())) FILTER (WHERE a.closed_at IS NULL) - now()) * 1000)::float8 END AS "settlesInMs"
       FROM revocation_item i
       JOIN revocation r ON r.workspace_id = $1 AND r.id = i.revocation_id
       JOIN refresh_attempt a ON a.workspace_id = $1 AND a.connection_id = i.connection_id AND a.slot = i.slot
       WHERE i.workspace_id = $1 AND i.id = ANY ($2) AND (a.closed_at IS NULL OR a.closed_at > r.created_at AND EXISTS (
         SELECT FROM token_landing l WHERE l.workspace_id = $1 AND l.attempt_id = a.id AND l.state = 'orphaned'))
       GROUP BY i.id`,
      [this.context.workspace, ids],
    );
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

  /** Those whose claim held: they are dead. */
  async confirmAll(confirmed: readonly { claim: Claim; by: VerifiedBy }[]): Promise<string[]> {
    const [rows] = await this.context.manager.query<[{ id: string }[], number]>(
      `UPDATE revocation_item i SET state = 'verified_dead', verification = 'verified', verification_reason = NULL,
         verified_by = u.verified_by, verified_at = now(), last_error = NULL, next_attempt_at = NULL, updated_at = now()
       FROM unnest($2::text[], $3::integer[], $4::text[]) AS u (id, claim, verified_by)
       WHERE i.workspace_id = $1 AND i.id = u.id AND i.verification = 'waiting' AND i.verification_attempts = u.claim
       RETURNING i.id`,
      [
        this.context.workspace,
        confirmed.map(({ claim }) => claim.id),
        confirmed.map(({ claim }) => claim.verificationAttempts),
        confirmed.map(({ by }) => by),
      ],
    );
    return rows.map(({ id }) => id);
  }

  /** Asked later, and as if it had not been claimed: nobody asked. */
  async postpone(claim: Claim, inMs: number): Promise<boolean> {
    return this.change(
      claim,
      `next_attempt_at = now() + $4 * interval '1 ms', verification_attempts = verification_attempts - 1`,
      [inMs],
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
