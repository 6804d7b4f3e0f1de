import { TokenSet } from '../entities/token-set.entity.js';
import type { TransactionContext } from '../transaction.js';

export interface NewTokenSet {
  connectionId: string;
  slot: string;
  generation: number;
  sealedAccessToken: Buffer;
  sealedRefreshToken: Buffer | null;
  accessTokenFingerprint: Buffer;
  refreshTokenFingerprint: Buffer | null;
  tokenType: string;
  scope: string;
  expiresInMs: number | null;
  broughtBy: 'consent' | 'refresh';
}

export interface SealedTokens {
  slot: string;
  generation: number;
  sealedAccessToken: Buffer | null;
  sealedRefreshToken: Buffer | null;
  scope: string;
  tokenType: string;
  /** Of the access token, by the database's clock; null: not known to expire. */
  remainingMs: number | null;
  lifetimeMs: number | null;
}

/** Token sets: one a generation. Only the newest keeps its sealed values. */
export class TokenSetRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(set: NewTokenSet): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token, sealed_refresh_token,
         access_token_fingerprint, refresh_token_fingerprint, token_type, scope, expires_at, replaces_unspent)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11 * interval '1 ms',
         $12 AND NOT EXISTS (SELECT FROM refresh_attempt a WHERE a.workspace_id = $1 AND a.connection_id = $2
           AND a.slot = $3 AND a.base_generation = $4 - 1 AND a.failure_class = 'REAUTHORIZE'))`,
      [
        this.context.workspace,
        set.connectionId,
        set.slot,
        set.generation,
        set.sealedAccessToken,
        set.sealedRefreshToken,
        set.accessTokenFingerprint,
        set.refreshTokenFingerprint,
        set.tokenType,
        set.scope,
        set.expiresInMs,
        set.broughtBy === 'consent',
      ],
    );
  }

  /** A generation's sealed values; for the two workers that may open a refresh token. */
  async findSealed(
    connectionId: string,
    slot: string,
    generation: number,
  ): Promise<SealedTokens | undefined> {
    const rows = await this.context.manager.query<SealedTokens[]>(
      `SELECT slot, generation, sealed_access_token AS "sealedAccessToken", sealed_refresh_token AS "sealedRefreshToken",
         scope, token_type AS "tokenType", (extract(epoch FROM expires_at - now()) * 1000)::bigint AS "remainingMs",
         (extract(epoch FROM expires_at - issued_at) * 1000)::bigint AS "lifetimeMs"
       FROM token_set WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND generation = $4`,
      [this.context.workspace, connectionId, slot, generation],
    );
    return rows[0];
  }

  /** The sealed values of many generations, each with its connection. */
  async listSealed(
    sets: readonly { connectionId: string; slot: string; generation: number }[],
  ): Promise<(SealedTokens & { connectionId: string })[]> {
    return this.context.manager.query(
      `SELECT t.connection_id AS "connectionId", t.slot, t.generation, sealed_access_token AS "sealedAccessToken",
         sealed_refresh_token AS "sealedRefreshToken", scope, token_type AS "tokenType",
         (extract(epoch FROM expires_at - now()) * 1000)::bigint AS "remainingMs",
         (extract(epoch FROM expires_at - issued_at) * 1000)::bigint AS "lifetimeMs"
       FROM unnest($2::text[], $3::text[], $4::integer[]) AS u (connection_id, slot, generation)
       JOIN token_set t ON t.workspace_id = $1 AND t.connection_id = u.connection_id AND t.slot = u.slot
         AND t.generation = u.generation`,
      [
        this.context.workspace,
        sets.map(({ connectionId }) => connectionId),
        sets.map(({ slot }) => slot),
        sets.map(({ generation }) => generation),
      ],
    );
  }

  /** Destroys the sealed values of the generations before `generation`; their fingerprints stay. */
  async eraseBefore(connectionId: string, slot: string, generation: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE token_set SET sealed_access_token = NULL, sealed_refresh_token = NULL
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND generation < $4
         AND sealed_access_token IS NOT NULL`,
      [this.context.workspace, connectionId, slot, generation],
    );
  }

  /** Destroys every sealed value of these connections. */
  async eraseAll(connectionIds: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE token_set SET sealed_access_token = NULL, sealed_refresh_token = NULL
       WHERE workspace_id = $1 AND connection_id = ANY ($2)
         AND (sealed_access_token IS NOT NULL OR sealed_refresh_token IS NOT NULL)`,
      [this.context.workspace, connectionIds],
    );
  }

  /** A connection's generations, newest first. */
  async listOf(connectionId: string, limit: number): Promise<TokenSet[]> {
    return this.context.manager.find(TokenSet, {
      where: { workspaceId: this.context.workspace, connectionId },
      order: { generation: 'DESC' },
      take: limit,
    });
  }
}
