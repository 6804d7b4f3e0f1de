import type { ConnectionReason } from '../entities/connection.entity.js';
import type { TransactionContext } from '../transaction.js';

/** A token that is known by its fingerprint, as it stood at `readAt` (database clock). Never its value. */
export interface FingerprintedToken {
  kind: 'access' | 'refresh';
  connectionId: string;
  state: string;
  endUserId: string | null;
  subject: string | null;
  clientId: string | null;
  resource: string[];
  tokenType: string;
  scope: string;
  issuedAt: Date;
  /** Of this token; null where that is not known. */
  expiresAt: Date | null;
  /** It belongs to its slot's newest generation. */
  newest: boolean;
  readAt: Date;
}

/** A token found among many: which, of what, and how it stands. Never its value. */
export interface LookedUpToken {
  /** Place of its fingerprint among those that were asked for, from 0. */
  position: number;
  kind: 'access' | 'refresh';
  connectionId: string;
  endUserId: string | null;
  integrationId: string;
  provider: string;
  state: string;
  reason: ConnectionReason | null;
  slot: string;
  generation: number;
  /** It is one of its slot's newest generation. */
  current: boolean;
  issuedAt: Date;
  /** Of this token; null where that is not known. */
  expiresAt: Date | null;
  /** When its connection's token was last read, whichever generation it was. */
  lastReadAt: Date | null;
  supersededAt: Date | null;
  /** Its refresh token was spent for the next generation's, or refused; false where that is not known. */
  spent: boolean;
  /** The same of the next generation's. */
  successorSpent: boolean;
  readAt: Date;
}

/** The workspace's tokens by what is kept of them for good: keyed fingerprints, superseded ones too. */
export class TokenFingerprintRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Newest first; several where a provider gives the same token again. */
  async list(fingerprint: Buffer): Promise<FingerprintedToken[]> {
    return this.context.manager.query(LIST, [this.context.workspace, fingerprint]);
  }

  /** Thousands at once; of each the newest that it names, several where connections share a token. */
  async lookUp(fingerprints: readonly Buffer[]): Promise<LookedUpToken[]> {
    const { manager, workspace } = this.context;
    // Compiling the plan takes longer than running it.
    await manager.query(`SET LOCAL jit = off`);
    return manager.query(LOOK_UP, [workspace, fingerprints]);
  }
}

const LIST = `SELECT k.kind, c.id AS "connectionId", c.state, c.end_user_id AS "endUserId", c.subject,
    i.client_id AS "clientId", c.resource, t.token_type AS "tokenType", t.scope, t.issued_at AS "issuedAt",
    CASE WHEN k.kind = 'access' THEN t.expires_at ELSE s.refresh_token_expires_at END AS "expiresAt",
    s.generation = t.generation AS newest, clock_timestamp() AS "readAt"
  FROM token_set t
  CROSS JOIN LATERAL (SELECT CASE WHEN t.access_token_fingerprint = $2 THEN 'access' ELSE 'refresh' END AS kind) k
  JOIN connection_slot s ON s.workspace_id = t.workspace_id AND s.connection_id = t.connection_id AND s.slot = t.slot
  JOIN connection c ON c.workspace_id = t.workspace_id AND c.id = t.connection_id
  JOIN integration i ON i.workspace_id = c.workspace_id AND i.id = c.integration_id
  WHERE t.workspace_id = $1 AND (t.access_token_fingerprint = $2 OR t.refresh_token_fingerprint = $2)
  ORDER BY t.issued_at DESC, t.generation DESC LIMIT 20`;

/** Of one fingerprint; more than a slot has generations with it, unless its provider does not rotate. */
const mostMatches = 100;
const ofSlot = (set: string) =>
  `${set}.workspace_id = s.workspace_id AND ${set}.connection_id = s.connection_id AND ${set}.slot = s.slot`;

/**
 * Every step is a LATERAL with a limit, which Postgres does not turn into a join over whole tables: for each fingerprint two
 * index probes, and by primary key for what is found. That goes by connection, so that neighbours are read together. A
 * refresh token that is not rotated stands in every generation: some of those rows are enough to find its slot, and then
 * the newest is looked at by itself. Generations are worked out behind OFFSET 0: row-level security lets only plain
 * columns, not what is computed, into the condition of an index; of NULL nothing is looked for.
 */
const LOOK_UP = `SELECT (m.ordinality - 1)::int AS position, m.kind, d.*, clock_timestamp() AS "readAt"
  FROM (
    SELECT f.fingerprint, f.ordinality, found.* FROM unnest($2::bytea[]) WITH ORDINALITY AS f (fingerprint, ordinality)
    CROSS JOIN LATERAL (
      SELECT one.kind, one.connection_id, one.slot, max(one.generation) AS generation, count(*) AS matches FROM (
        (SELECT 'access' AS kind, t.connection_id, t.slot, t.generation FROM token_set t
         WHERE t.workspace_id = $1 AND t.access_token_fingerprint = f.fingerprint LIMIT ${mostMatches})
        UNION ALL
        (SELECT 'refresh', t.connection_id, t.slot, t.generation FROM token_set t
         WHERE t.workspace_id = $1 AND t.refresh_token_fingerprint = f.fingerprint LIMIT ${mostMatches})
      ) one GROUP BY 1, 2, 3
    ) found ORDER BY found.connection_id OFFSET 0
  ) m
  CROSS JOIN LATERAL (
    SELECT c.id AS "connectionId", c.end_user_id AS "endUserId", c.integration_id AS "integrationId", c.provider, c.state,
      c.reason, t.slot, t.generation, t.generation = s.generation AS current, t.issued_at AS "issuedAt",
      CASE WHEN m.kind = 'access' THEN t.expires_at
           WHEN t.generation = s.generation THEN s.refresh_token_expires_at END AS "expiresAt",
      u.last_read_at AS "lastReadAt", next.issued_at AS "supersededAt",
      coalesce(NOT next.replaces_unspent, false) AS spent,
      coalesce(NOT after_next.replaces_unspent, false) AS "successorSpent"
    FROM connection_slot s
    CROSS JOIN LATERAL (
      SELECT found.generation, CASE WHEN found.generation < s.generation THEN found.generation + 1 END AS following,
        CASE WHEN m.kind = 'refresh' AND found.generation < s.generation - 1 THEN found.generation + 2 END AS second FROM (
        SELECT CASE WHEN m.matches < ${mostMatches} THEN m.generation ELSE coalesce((
          SELECT n.generation FROM token_set n WHERE ${ofSlot('n')} AND n.generation = s.generation
            AND m.fingerprint IN (n.access_token_fingerprint, n.refresh_token_fingerprint)), m.generation) END AS generation OFFSET 0
      ) found OFFSET 0
    ) g
    JOIN connection c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
    JOIN token_set t ON ${ofSlot('t')} AND t.generation = g.generation
    LEFT JOIN token_set next ON ${ofSlot('next')} AND next.generation = g.following
    LEFT JOIN token_set after_next ON ${ofSlot('after_next')} AND after_next.generation = g.second
    LEFT JOIN connection_usage u ON u.workspace_id = s.workspace_id AND u.connection_id = s.connection_id
    WHERE s.workspace_id = $1 AND s.connection_id = m.connection_id AND s.slot = m.slot
    LIMIT 1
  ) d
  ORDER BY m.ordinality, d.current DESC, d."issuedAt" DESC`;
