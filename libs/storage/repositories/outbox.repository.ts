import { OutboxEvent } from '../entities/outbox-event.entity.js';
import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';

/** Events, written in the transaction of the change that they tell of. */
export class OutboxRepository {
  constructor(private readonly context: TransactionContext) {}

  /** `subject` is the connection's or integration's id; `data` never holds a token. */
  async append(event: { subject: string; type: string; data: Record<string, unknown> }): Promise<void> {
    const { manager, workspace } = this.context;
    await manager.query(
      `INSERT INTO outbox_event (workspace_id, id, subject, type, data) VALUES ($1, $2, $3, $4, $5)`,
      [workspace, newId('evt'), event.subject, event.type, JSON.stringify(event.data)],
    );
  }

  /** Events after a position, oldest first: the order that never changes. */
  async listAfter(position: number, limit: number): Promise<OutboxEvent[]> {
    return this.context.manager
      .createQueryBuilder(OutboxEvent, 'event')
      .where('event.workspaceId = :workspace AND event.position > :position', {
        workspace: this.context.workspace,
        position,
      })
      .orderBy('event.position')
      .limit(limit)
      .getMany();
  }

  /** A subject's events, newest first. */
  async listOfSubject(subject: string, limit: number): Promise<OutboxEvent[]> {
    return this.context.manager.find(OutboxEvent, {
      where: { workspaceId: this.context.workspace, subject },
      order: { sequence: 'DESC' },
      take: limit,
    });
  }
}
