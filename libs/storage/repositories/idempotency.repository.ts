import type { TransactionContext } from '../transaction.js';

export interface IdempotencyRow {
  route: string;
  bodyHash: Buffer;
  /** Null while the first request is still being answered. */
  status: number | null;
  sealedAnswer: Buffer | null;
}

/** Idempotency keys of a caller: 24 h, with a hash of the body and the sealed answer. */
export class IdempotencyRepository {
  constructor(private readonly context: TransactionContext) {}

  /** True where the key is new, expired, or was left behind unanswered for over a minute: the request may run. */
  async begin(callerId: string, key: string, route: string, bodyHash: Buffer): Promise<boolean> {
    const rows = await this.context.manager.query<unknown[]>(
      `INSERT INTO idempotency_key AS k (workspace_id, caller_id, key, route, body_hash) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (workspace_id, caller_id, key) DO UPDATE
         SET route = excluded.route, body_hash = excluded.body_hash, status = NULL, sealed_answer = NULL,
           created_at = now(), expires_at = excluded.expires_at
         WHERE k.expires_at < now()
           OR (k.status IS NULL AND k.created_at < now() - interval '1 minute' AND k.body_hash = excluded.body_hash)
       RETURNING 1`,
      [this.context.workspace, callerId, key, route, bodyHash],
    );
    return rows.length === 1;
  }

  async find(callerId: string, key: string): Promise<IdempotencyRow | undefined> {
    const rows = await this.context.manager.query<IdempotencyRow[]>(
      `SELECT route, body_hash AS "bodyHash", status, sealed_answer AS "sealedAnswer"
       FROM idempotency_key WHERE workspace_id = $1 AND caller_id = $2 AND key = $3`,
      [this.context.workspace, callerId, key],
    );
    return rows[0];
  }

  /** The first answer stays. */
  async complete(callerId: string, key: string, status: number, sealedAnswer: Buffer): Promise<void> {
    await this.context.manager.query(
      `UPDATE idempotency_key SET status = $4, sealed_answer = $5
       WHERE workspace_id = $1 AND caller_id = $2 AND key = $3 AND status IS NULL`,
      [this.context.workspace, callerId, key, status, sealedAnswer],
    );
  }

  /** The request failed in a way that may be tried again: the key is free. */
  async abandon(callerId: string, key: string): Promise<void> {
    await this.context.manager.query(
      `DELETE FROM idempotency_key WHERE workspace_id = $1 AND caller_id = $2 AND key = $3 AND status IS NULL`,
      [this.context.workspace, callerId, key],
    );
  }
}
