import { OutboxEvent } from '../entities/outbox-event.entity.js';
import type { TransactionContext } from '../transaction.js';

/** What the outbox relay does to one workspace: give events their positions, and hand them out per connection. */
export class RelayRepository {
  constructor(private readonly context: TransactionContext) {}

  /**
   * Gives the oldest unpositioned events the next positions and answers how many. The counter's row lock is held
   * until commit, so a reader who saw position n will never see a smaller one appear later.
   */
  async assignPositions(limit: number): Promise<number> {
    const { manager, workspace } = this.context;
    await manager.query(`INSERT INTO event_position VALUES ($1, 0) ON CONFLICT DO NOTHING`, [workspace]);
    const [counter] = await manager.query<{ last: number }[]>(
      `SELECT last FROM event_position WHERE workspace_id = $1 FOR UPDATE`,
      [workspace],
    );
    const [rows] = await manager.query<[{ position: number }[], number]>(
      `UPDATE outbox_event o SET position = $2::bigint + n.row FROM (
         SELECT id, row_number() OVER (ORDER BY sequence) AS row FROM (
           SELECT id, sequence FROM outbox_event WHERE workspace_id = $1 AND position IS NULL ORDER BY sequence LIMIT $3
         ) oldest
       ) n WHERE o.workspace_id = $1 AND o.id = n.id RETURNING o.position`,
      [workspace, counter!.last, limit],
    );
    if (rows.length > 0)
      await manager.query(`UPDATE event_position SET last = last + $2 WHERE workspace_id = $1`, [
        workspace,
        rows.length,
      ]);
    return rows.length;
  }

  /**
   * Claims connections (not rows) that have unpublished events and answers those events in order. The claim is an
   * advisory lock of this transaction: another relay skips the connection, so its events are never overtaken.
   */
  async claimUnpublished(limit: number): Promise<OutboxEvent[]> {
    const { manager, workspace } = this.context;
    const subjects = await manager.query<{ subject: string }[]>(
      `SELECT subject FROM (
         SELECT subject, min(position) AS first FROM outbox_event
         WHERE workspace_id = $1 AND position IS NOT NULL AND published_at IS NULL GROUP BY subject ORDER BY first LIMIT $2
       ) s WHERE pg_try_advisory_xact_lock(hashtextextended('evergrant.relay ' || $1 || ' ' || subject, 0))`,
      [workspace, limit],
    );
    if (subjects.length === 0) return [];
    return manager
      .createQueryBuilder(OutboxEvent, 'event')
      .where('event.workspaceId = :workspace AND event.position IS NOT NULL AND event.publishedAt IS NULL', {
        workspace,
      })
      .andWhere('event.subject = ANY (:subjects)', { subjects: subjects.map((row) => row.subject) })
      .orderBy('event.position')
      .limit(limit)
      .getMany();
  }

  async markPublished(ids: string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE outbox_event SET published_at = clock_timestamp() WHERE workspace_id = $1 AND id = ANY ($2)`,
      [this.context.workspace, ids],
    );
  }
}
