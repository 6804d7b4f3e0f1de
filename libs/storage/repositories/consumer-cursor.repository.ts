import type { TransactionContext } from '../transaction.js';

/** How far a consumer of the workspace's events has come. */
export class ConsumerCursorRepository {
  constructor(private readonly context: TransactionContext) {}

  /** The position, locked until the transaction ends: one replica at a time reads on from it. */
  async lock(consumer: string): Promise<number> {
    const { manager, workspace } = this.context;
    await manager.query(`INSERT INTO consumer_cursor VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`, [
      workspace,
      consumer,
    ]);
    const [row] = await manager.query<{ position: number }[]>(
      `SELECT position FROM consumer_cursor WHERE workspace_id = $1 AND consumer = $2 FOR UPDATE`,
      [workspace, consumer],
    );
    return row!.position;
  }

  async advance(consumer: string, position: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE consumer_cursor SET position = $3 WHERE workspace_id = $1 AND consumer = $2`,
      [this.context.workspace, consumer, position],
    );
  }

  /** The newest position given out; every event up to it is visible. */
  async newest(): Promise<number> {
    const [row] = await this.context.manager.query<{ last: number }[]>(
      `SELECT last FROM event_position WHERE workspace_id = $1`,
      [this.context.workspace],
    );
    return row?.last ?? 0;
  }

  /** Events that have a position and that the consumer has not seen. */
  async countUnseen(consumer: string): Promise<number> {
    const [row] = await this.context.manager.query<{ unseen: number }[]>(
      `SELECT coalesce((SELECT last FROM event_position WHERE workspace_id = $1), 0)
         - coalesce((SELECT position FROM consumer_cursor WHERE workspace_id = $1 AND consumer = $2), 0) AS unseen`,
      [this.context.workspace, consumer],
    );
    return row!.unseen;
  }
}
