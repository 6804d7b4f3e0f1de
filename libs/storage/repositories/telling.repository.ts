import { In } from 'typeorm';
import { RevocationItem } from '../entities/revocation-item.entity.js';
import type { TransactionContext } from '../transaction.js';
import type { RevocationCounts } from './revocation.repository.js';

/** An item as it was claimed: each claim counts one attempt more. */
type Claim = Pick<RevocationItem, 'id' | 'attempts'>;
type Kind = 'access_token' | 'refresh_token';

interface Told {
  claim: Claim;
  /** What the provider says that it revoked this time. */
  revoked: readonly Kind[];
  error: string | null;
  httpStatus: number | null;
}

export interface ItemRetry extends Told {
  inMs: number;
  /** Nobody was asked, so it counts for nothing. */
  uncounted: boolean;
}

export interface ItemEnd extends Told {
  state: 'revoked' | 'unsupported' | 'failed';
}

/** A revocation's items of one connection. */
export interface EndedConnection {
  revocationId: string;
  connectionId: string;
}

const open = `(i.state = 'pending' OR i.verification = 'waiting' OR i.verification = 'wants_probe')`;
const none: RevocationCounts = { pending: 0, revoked: 0, verified_dead: 0, unsupported: 0, failed: 0 };
const keyOf = ({ revocationId, connectionId }: EndedConnection) => `${revocationId} ${connectionId}`;

/** Telling providers, many items with one statement. What changes an item does nothing where its claim is not the newest. */
export class TellingRepository {
  constructor(private readonly context: TransactionContext) {}

  async list(ids: readonly string[]): Promise<RevocationItem[]> {
    return this.context.manager.findBy(RevocationItem, {
      workspaceId: this.context.workspace,
      id: In([...ids]),
    });
  }

  /** Takes one that is to be told for `leaseMs`; false where somebody else has it, it is done, or its provider wants to rest. */
  async claim(id: string, leaseMs: number): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE revocation_item i SET attempts = i.attempts + 1, next_attempt_at = now() + $3 * interval '1 ms',
         updated_at = now()
       WHERE i.workspace_id = $1 AND i.id = $2 AND i.state = 'pending' AND i.next_attempt_at <= now()
         AND NOT EXISTS (SELECT FROM revocation_hold h WHERE h.workspace_id = $1 AND h.integration_id = i.integration_id
           AND h.until > now())`,
      [this.context.workspace, id, leaseMs],
    );
    return count === 1;
  }

  /** Leaves all items of an integration alone for at least so long. */
  async hold(integrationId: string, forMs: number): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO revocation_hold (workspace_id, integration_id, until)
       SELECT $1, i.id, now() + $3 * interval '1 ms' FROM integration i WHERE i.workspace_id = $1 AND i.id = $2
       ON CONFLICT (workspace_id, integration_id) DO UPDATE SET until = greatest(revocation_hold.until, excluded.until)`,
      [this.context.workspace, integrationId, forMs],
    );
  }

  async retryAll(retries: readonly ItemRetry[]): Promise<void> {
    if (retries.length === 0) return;
    await this.context.manager.query(
      `UPDATE revocation_item i SET ${told}, attempts = i.attempts - u.uncounted::integer,
         last_error = u.error, http_status = u.http_status, next_attempt_at = now() + u.in_ms * interval '1 ms'
       FROM unnest(${toldColumns}, $8::double precision[], $9::boolean[])
         AS u (${toldNames}, in_ms, uncounted) WHERE ${held}`,
      [
        ...this.toldValues(retries),
        retries.map(({ inMs }) => inMs),
        retries.map(({ uncounted }) => uncounted),
      ],
    );
  }

  /** Those whose claim held. What is revoked is whoever's told it to be verified, for `verifyWithinMs`. */
  async endAll(ends: readonly ItemEnd[], verifyWithinMs: number): Promise<Set<string>> {
    if (ends.length === 0) return new Set();
    const [rows] = await this.context.manager.query<[{ id: string }[], number]>(
      `UPDATE revocation_item i SET ${told}, state = u.state, last_error = u.error, http_status = u.http_status,
         verification = CASE WHEN u.state = 'revoked' THEN 'waiting' END,
         verification_attempts = i.verification_attempts + (u.state = 'revoked')::integer,
         next_attempt_at = CASE WHEN u.state = 'revoked' THEN now() + $9 * interval '1 ms' END
       FROM unnest(${toldColumns}, $8::text[]) AS u (${toldNames}, state) WHERE ${held} RETURNING i.id`,
      [...this.toldValues(ends), ends.map(({ state }) => state), verifyWithinMs],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Those without an item that is still to be told or verified, with their counts. */
  async countEnded<E extends EndedConnection>(
    ended: readonly E[],
  ): Promise<(E & { counts: RevocationCounts })[]> {
    const rows = await this.context.manager.query<
      (EndedConnection & { state: RevocationItem['state']; count: number; open: boolean })[]
    >(
      `SELECT i.revocation_id AS "revocationId", i.connection_id AS "connectionId", i.state, count(*)::integer AS count,
         bool_or(coalesce(${open}, false)) AS open
       FROM revocation_item i
       WHERE i.workspace_id = $1 AND (i.revocation_id, i.connection_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
       GROUP BY 1, 2, 3`,
      [
        this.context.workspace,
        ended.map(({ revocationId }) => revocationId),
        ended.map(({ connectionId }) => connectionId),
      ],
    );
    const byConnection = Map.groupBy(rows, keyOf);
    return ended.flatMap((one) => {
      const own = byConnection.get(keyOf(one)) ?? [];
      if (own.some((row) => row.open)) return [];
      const counts = { ...none, ...Object.fromEntries(own.map(({ state, count }) => [state, count])) };
      return [{ ...one, counts }];
    });
  }

  /** Closes those of one connection, whose every item is told, and verified where that is possible. */
  async closeSingle(revocationIds: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation r SET finished_at = now()
       WHERE r.workspace_id = $1 AND r.id = ANY ($2) AND r.connection_id IS NOT NULL AND r.finished_at IS NULL
         AND NOT EXISTS (SELECT FROM revocation_item i WHERE i.workspace_id = $1 AND i.revocation_id = r.id AND ${open})`,
      [this.context.workspace, revocationIds],
    );
  }

  private toldValues(told: readonly Told[]): unknown[] {
    return [
      this.context.workspace,
      told.map(({ claim }) => claim.id),
      told.map(({ claim }) => claim.attempts),
      told.map(({ revoked }) => revoked.includes('refresh_token')),
      told.map(({ revoked }) => revoked.includes('access_token')),
      told.map(({ error }) => error),
      told.map(({ httpStatus }) => httpStatus),
    ];
  }
}

const toldColumns = `$2::text[], $3::integer[], $4::boolean[], $5::boolean[], $6::text[], $7::integer[]`;
const toldNames = `id, claim, refresh_token, access_token, error, http_status`;
const told = `updated_at = now(),
         refresh_token_revoked_at = CASE WHEN u.refresh_token THEN coalesce(i.refresh_token_revoked_at, now()) ELSE i.refresh_token_revoked_at END,
         access_token_revoked_at = CASE WHEN u.access_token THEN coalesce(i.access_token_revoked_at, now()) ELSE i.access_token_revoked_at END`;
const held = `i.workspace_id = $1 AND i.id = u.id AND i.state = 'pending' AND i.attempts = u.claim`;
