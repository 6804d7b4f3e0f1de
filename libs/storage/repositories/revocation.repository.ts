import { RevocationItem, type RevocationItemState } from '../entities/revocation-item.entity.js';
import { Revocation } from '../entities/revocation.entity.js';
import type { TransactionContext } from '../transaction.js';
import type { AuditActor } from './audit.repository.js';

export interface RevocationCounts {
  pending: number;
  revoked: number;
  verified_dead: number;
  unsupported: number;
  failed: number;
}

export interface NewRevocationItem {
  id: string;
  revocationId: string;
  connectionId: string;
  slot: string;
  generation: number;
}

/** An item as it was claimed: each claim counts one attempt more. */
type Claim = Pick<RevocationItem, 'id' | 'attempts'>;

/** Revocations and what is still to be told to providers. */
export class RevocationRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(revocation: {
    id: string;
    connectionId: string;
    reason: string;
    requestedBy: AuditActor;
  }): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO revocation (workspace_id, id, connection_id, reason, requested_by) VALUES ($1, $2, $3, $4, $5)`,
      [
        this.context.workspace,
        revocation.id,
        revocation.connectionId,
        revocation.reason,
        JSON.stringify(revocation.requestedBy),
      ],
    );
  }

  /** Items, due at once or a little later. */
  async insertItems(items: readonly NewRevocationItem[], dueInMs = 0): Promise<void> {
    if (items.length === 0) return;
    await this.context.manager.query(
      `INSERT INTO revocation_item (workspace_id, id, revocation_id, connection_id, slot, generation, state, next_attempt_at)
       SELECT $1, i.*, 'pending', now() + $7 * interval '1 ms' FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[]) AS i`,
      [
        this.context.workspace,
        items.map(({ id }) => id),
        items.map(({ revocationId }) => revocationId),
        items.map(({ connectionId }) => connectionId),
        items.map(({ slot }) => slot),
        items.map(({ generation }) => generation),
        dueInMs,
      ],
    );
  }

  async find(id: string): Promise<Revocation | null> {
    return this.context.manager.findOneBy(Revocation, { workspaceId: this.context.workspace, id });
  }

  /** The one that ended, or is ending, a connection. */
  async findOfConnection(connectionId: string): Promise<Revocation | null> {
    return this.context.manager
      .createQueryBuilder(Revocation, 'revocation')
      .where('revocation.workspaceId = :workspace', { workspace: this.context.workspace })
      .andWhere(
        `(revocation.connectionId = :connectionId OR revocation.id IN (SELECT t.revocation_id FROM revocation_target t
           WHERE t.workspace_id = :workspace AND t.connection_id = :connectionId AND t.state = 'killed'))`,
        { connectionId },
      )
      .orderBy('revocation.id', 'DESC')
      .getOne();
  }

  /** Newest first, after the id in the cursor. */
  async list(limit: number, after?: string): Promise<Revocation[]> {
    const query = this.context.manager
      .createQueryBuilder(Revocation, 'revocation')
      .where('revocation.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('revocation.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('revocation.id < :after', { after });
    return query.getMany();
  }

  async countItems(revocationIds: readonly string[]): Promise<Map<string, RevocationCounts>> {
    const rows = await this.context.manager.query<
      { id: string; state: RevocationItemState; count: number }[]
    >(
      `SELECT revocation_id AS id, state, count(*)::int AS count FROM revocation_item
       WHERE workspace_id = $1 AND revocation_id = ANY ($2) GROUP BY 1, 2`,
      [this.context.workspace, revocationIds],
    );
    const counts = new Map<string, RevocationCounts>();
    for (const { id, state, count } of rows) {
      const of = counts.get(id) ?? { pending: 0, revoked: 0, verified_dead: 0, unsupported: 0, failed: 0 };
      counts.set(id, { ...of, [state]: count });
    }
    return counts;
  }

  /** The items of one connection. */
  async countItemsOf(revocationId: string, connectionId: string): Promise<RevocationCounts> {
    const rows = await this.context.manager.query<{ state: RevocationItemState; count: number }[]>(
      `SELECT state, count(*)::int AS count FROM revocation_item
       WHERE workspace_id = $1 AND revocation_id = $2 AND connection_id = $3 GROUP BY 1`,
      [this.context.workspace, revocationId, connectionId],
    );
    const none = { pending: 0, revoked: 0, verified_dead: 0, unsupported: 0, failed: 0 };
    return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
  }

  /** Oldest first, after the id in the cursor. */
  async listItems(
    revocationId: string,
    limit: number,
    { after, state }: { after?: string; state?: RevocationItemState } = {},
  ): Promise<RevocationItem[]> {
    const query = this.context.manager
      .createQueryBuilder(RevocationItem, 'item')
      .where('item.workspaceId = :workspace AND item.revocationId = :revocationId', {
        workspace: this.context.workspace,
        revocationId,
      })
      .orderBy('item.id')
      .limit(limit);
    if (after) query.andWhere('item.id > :after', { after });
    if (state) query.andWhere('item.state = :state', { state });
    return query.getMany();
  }

  /** Takes an item that is due for `leaseMs`; undefined where somebody else has it, or it is done. */
  async claimItem(id: string, leaseMs: number): Promise<RevocationItem | undefined> {
    const { manager, workspace } = this.context;
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET attempts = attempts + 1, next_attempt_at = now() + $3 * interval '1 ms', updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending' AND next_attempt_at <= now()`,
      [workspace, id, leaseMs],
    );
    if (count === 0) return undefined;
    return (await manager.findOneBy(RevocationItem, { workspaceId: workspace, id })) ?? undefined;
  }

  /** One of its tokens is dead at the provider. */
  async markRevoked(id: string, kind: 'access_token' | 'refresh_token'): Promise<void> {
    const column = kind === 'access_token' ? 'access_token_revoked_at' : 'refresh_token_revoked_at';
    await this.context.manager.query(
      `UPDATE revocation_item SET ${column} = now(), updated_at = now() WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
  }

  /** Nothing, where the claim is no longer the newest: somebody else has the item since. */
  async retryItem(
    { id, attempts }: Claim,
    next: { inMs: number; error: string; httpStatus: number | null },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation_item SET next_attempt_at = now() + $3 * interval '1 ms', last_error = $4, http_status = $5,
         updated_at = now() WHERE workspace_id = $1 AND id = $2 AND state = 'pending' AND attempts = $6`,
      [this.context.workspace, id, next.inMs, next.error, next.httpStatus, attempts],
    );
  }

  /** False where the claim is no longer the newest, and nothing was changed. What is revoked is to be verified from now on. */
  async finishItem(
    { id, attempts }: Claim,
    end: {
      state: Exclude<RevocationItemState, 'pending' | 'verified_dead'>;
      error: string | null;
      httpStatus: number | null;
    },
  ): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET state = $3, last_error = $4, http_status = $5, updated_at = now(),
         next_attempt_at = CASE WHEN $3 = 'revoked' THEN now() END,
         verification = CASE WHEN $3 = 'revoked' THEN 'waiting' END
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending' AND attempts = $6`,
      [this.context.workspace, id, end.state, end.error, end.httpStatus, attempts],
    );
    return count === 1;
  }

  /** Makes what failed due again; answers how many. */
  async retryFailed(revocationId: string): Promise<number> {
    const { manager, workspace } = this.context;
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET state = 'pending', verification = NULL, next_attempt_at = now(), updated_at = now()
       WHERE workspace_id = $1 AND revocation_id = $2 AND state = 'failed'`,
      [workspace, revocationId],
    );
    if (count > 0)
      await manager.query(`UPDATE revocation SET finished_at = NULL WHERE workspace_id = $1 AND id = $2`, [
        workspace,
        revocationId,
      ]);
    return count;
  }

  /** Whether an item of a connection is still to be told, or to be verified. */
  async hasOpenItems(revocationId: string, connectionId: string): Promise<boolean> {
    const [row] = await this.context.manager.query<{ open: boolean }[]>(
      `SELECT EXISTS (SELECT FROM revocation_item WHERE workspace_id = $1 AND revocation_id = $2 AND connection_id = $3
         AND (state = 'pending' OR verification IN ('waiting', 'wants_probe'))) AS open`,
      [this.context.workspace, revocationId, connectionId],
    );
    return row!.open;
  }

  /** Closes that of one connection, whose every item is told, and verified where that is possible. */
  async finish(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE revocation r SET finished_at = now()
       WHERE r.workspace_id = $1 AND r.id = $2 AND r.connection_id IS NOT NULL AND r.finished_at IS NULL
         AND NOT EXISTS (SELECT FROM revocation_item i WHERE i.workspace_id = $1 AND i.revocation_id = $2 AND (i.state = 'pending' OR i.verification IN ('waiting', 'wants_probe')))`,
      [this.context.workspace, id],
    );
  }
}
