import type { TransactionContext } from '../transaction.js';

export interface NewSecurityEventKey {
  sealedPrivateKey: Buffer;
  publicJwk: Record<string, unknown>;
}

/** A workspace's own key, by which its security events are signed. */
export interface SecurityEventKey extends NewSecurityEventKey {
  kid: string;
  signsAt: Date;
  /** Until when it is published; null where no other took its place. */
  retiredAt: Date | null;
}

const columns = `kid, sealed_private_key AS "sealedPrivateKey", public_jwk AS "publicJwk", signs_at AS "signsAt",
  retired_at AS "retiredAt"`;

/** The keys that subscribers know a workspace by. */
export class SecurityEventKeyRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Those that are published, the one that signs first: the newest whose time has come, or else the next. */
  async list(): Promise<SecurityEventKey[]> {
    return this.context.manager.query<SecurityEventKey[]>(
      `SELECT ${columns} FROM security_event_key
       WHERE workspace_id = $1 AND (retired_at IS NULL OR retired_at > now())
       ORDER BY signs_at <= now() DESC, abs(extract(epoch FROM signs_at - now())), kid`,
      [this.context.workspace],
    );
  }

  /** Nobody else makes or retires keys of the workspace until the transaction ends. */
  async lock(): Promise<void> {
    await this.context.manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `security_event_key ${this.context.workspace}`,
    ]);
  }

  async insert({ sealedPrivateKey, publicJwk }: NewSecurityEventKey, signsInSeconds: number): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO security_event_key (workspace_id, sealed_private_key, public_jwk, signs_at)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4))`,
      [this.context.workspace, sealedPrivateKey, JSON.stringify(publicJwk), signsInSeconds],
    );
  }

  /** Those that no other took the place of yet are published for so long. */
  async retire(inSeconds: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_key SET retired_at = now() + make_interval(secs => $2)
       WHERE workspace_id = $1 AND retired_at IS NULL`,
      [this.context.workspace, inSeconds],
    );
  }

  /** Destroys those that are no longer published; with `retiring`, those that still are, too. */
  async deleteRetired({ retiring }: { retiring: boolean }): Promise<void> {
    await this.context.manager.query(
      `DELETE FROM security_event_key WHERE workspace_id = $1 AND (retired_at <= now() OR ($2 AND retired_at IS NOT NULL))`,
      [this.context.workspace, retiring],
    );
  }
}
