import { OutboxEvent } from '../entities/outbox-event.entity.js';
import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';

/** `subject` is the connection's or integration's id; `data` never holds a token. */
export interface NewEvent {
  subject: string;
  type: string;
  data: Record<string, unknown>;
}

/** Events, written in the transaction of the change that they tell of. */
export class OutboxRepository {
  constructor(private readonly context: TransactionContext) {}

  async append(event: NewEvent): Promise<void> {
    await this.appendAll([event]);
  }

  /** In the order given, with one statement. */
  async appendAll(events: readonly NewEvent[]): Promise<void> {
    const { manager, workspace } = this.context;
    await manager.query(
      `INSERT INTO outbox_event (workspace_id, id, subject, type, data)
       SELECT $1, e.* FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS e`,
      [
        workspace,
        events.map(() => newId('evt')),
        events.map(({ subject }) => subject),
        events.map(({ type }) => type),
        events.map(({ data }) => JSON.stringify(data)),
      ],
    );
  }

  /** Whether a subject has an event of this type whose data hold these members. */
  async has(subject: string, type: string, members: Record<string, unknown>): Promise<boolean> {
    const { manager, workspace } = this.context;
    const [row] = await manager.query<{ found: boolean }[]>(
      `SELECT EXISTS (SELECT FROM outbox_event
         WHERE workspace_id = $1 AND subject = $2 AND type = $3 AND data @> $4::jsonb) AS found`,
      [workspace, subject, type, JSON.stringify(members)],
    );
    return row!.found;
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
