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

  /** Links that came to nothing, of people who have no connection any more: nothing else would ever take them. */
  async deleteVainSessions(endUsers: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `DELETE FROM connect_session WHERE workspace_id = $1 AND id = ANY (ARRAY (
         SELECT s.id FROM connect_session s WHERE s.workspace_id = $1 AND s.end_user_id = ANY ($2)
           AND (s.state = 'failed' OR (s.state = 'open' AND s.expires_at < now()))
           AND NOT EXISTS (SELECT FROM connection c WHERE c.workspace_id = $1 AND c.end_user_id = s.end_user_id)
         FOR UPDATE SKIP LOCKED))`,
      [this.context.workspace, [...endUsers]],
    );
  }

  /** With their slots, sealed tokens and keys, fingerprints, attempts, landings and readers. */
  async deleteConnections(ids: readonly string[]): Promise<void> {
    await this.context.manager.query(`DELETE FROM connection WHERE workspace_id = $1 AND id = ANY ($2)`, [
      this.context.workspace,
      [...ids],
    ]);
  }
}
