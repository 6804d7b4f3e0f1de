import { OutboxEvent } from '../entities/outbox-event.entity.js';
import type { TransactionContext } from '../transaction.js';

/** What happened between two positions: how much of each type, and the newest events themselves. */
export interface EventBatch {
  /** The position of the last one. */
  position: number;
  counts: Record<string, number>;
  /** Oldest first. */
  newest: OutboxEvent[];
}

/** Events as somebody who watches sees them: much at once is told of in numbers. */
export class LiveEventRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Everything after one position up to another, both given out before. */
  async between(after: number, upTo: number, shown: number): Promise<EventBatch> {
    const { manager, workspace } = this.context;
    const counted = await manager.query<{ type: string; count: number }[]>(
      `SELECT type, count(*)::integer AS count FROM outbox_event
       WHERE workspace_id = $1 AND position > $2 AND position <= $3 GROUP BY type ORDER BY type`,
      [workspace, after, upTo],
    );
    const newest = await manager
      .createQueryBuilder(OutboxEvent, 'event')
      .where('event.workspaceId = :workspace AND event.position > :after AND event.position <= :upTo', {
        workspace,
        after,
        upTo,
      })
      .orderBy('event.position', 'DESC')
      .limit(shown)
      .getMany();
    return {
      position: upTo,
      counts: Object.fromEntries(counted.map(({ type, count }) => [type, count])),
      newest: newest.reverse(),
    };
  }
}
