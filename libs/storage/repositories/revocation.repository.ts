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

export interface RevocationListFilter {
  /** The id that the page begins after. */
  after?: string;
  of?: 'connection' | 'selection';
  /** Has not come to its end. */
  open?: boolean;
}

/** Revocations, and the items of them that providers are told. */
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
      `INSERT INTO revocation_item (workspace_id, id, revocation_id, connection_id, slot, generation, state, next_attempt_at,
         integration_id)
       SELECT $1, i.*, 'pending', now() + $7 * interval '1 ms', c.integration_id
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
         AS i (id, revocation_id, connection_id, slot, generation)
       JOIN connection c ON c.workspace_id = $1 AND c.id = i.connection_id`,
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
  async list(limit: number, { after, of, open }: RevocationListFilter = {}): Promise<Revocation[]> {
    const query = this.context.manager
      .createQueryBuilder(Revocation, 'revocation')
      .where('revocation.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('revocation.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('revocation.id < :after', { after });
    if (of) query.andWhere(`revocation.selector IS ${of === 'selection' ? 'NOT NULL' : 'NULL'}`);
    if (open !== undefined) query.andWhere(`revocation.finishedAt IS ${open ? 'NULL' : 'NOT NULL'}`);
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

  /**
   * Makes what failed due again, as if for the first time: what the provider only said that it revoked is told again, what
   * could not be revoked of a refresh meanwhile as well, and all limits begin anew. That its word was wrong once is not
   * forgotten. Answers how many.
   */
  async retryFailed(revocationId: string): Promise<number> {
    const { manager, workspace } = this.context;
    const believed = (column: string) =>
      `${column} = CASE WHEN verification IS DISTINCT FROM 'still_alive' THEN ${column} END`;
    await manager.query(
      `UPDATE refresh_attempt a SET closed_at = NULL, resolve_at = now(), settlings = 0
       FROM revocation_item i, token_landing l
       WHERE i.workspace_id = $1 AND i.revocation_id = $2 AND i.state = 'failed'
         AND a.workspace_id = $1 AND a.connection_id = i.connection_id AND a.slot = i.slot AND a.closed_at IS NOT NULL
         AND l.workspace_id = $1 AND l.attempt_id = a.id AND l.state = 'orphaned'`,
      [workspace, revocationId],
    );
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE revocation_item SET state = 'pending', ${believed('refresh_token_revoked_at')},
         ${believed('access_token_revoked_at')}, verification = NULL, verification_reason = NULL, probe = NULL,
         attempts = 0, verification_attempts = 0, told_again = least(told_again, 1), next_attempt_at = now(),
         updated_at = now()
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
}
