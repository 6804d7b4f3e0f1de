import type { TransactionContext } from '../transaction.js';

const ofThese = `workspace_id = $1 AND (connection_id = ANY ($2) OR reconnect_connection_id = ANY ($2))`;

/** What goes when a connection is erased. */
export class ErasureRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Before their connections: that is the order in which whoever completes a session locks. */
  async lockSessions(connections: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `SELECT id FROM connect_session WHERE ${ofThese} ORDER BY id FOR UPDATE`,
      [this.context.workspace, [...connections]],
    );
  }

  /** With name and address of whoever connected, and with what is sealed on the way. */
  async deleteSessions(connections: readonly string[]): Promise<void> {
    await this.context.manager.query(`DELETE FROM connect_session WHERE ${ofThese}`, [
      this.context.workspace,
      [...connections],
    ]);
  }

  /** With their slots, sealed tokens and keys, fingerprints, attempts, landings and readers. */
  async deleteConnections(ids: readonly string[]): Promise<void> {
    await this.context.manager.query(`DELETE FROM connection WHERE workspace_id = $1 AND id = ANY ($2)`, [
      this.context.workspace,
      [...ids],
    ]);
  }
}
