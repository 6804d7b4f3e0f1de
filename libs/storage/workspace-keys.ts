import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Wrapped workspace keys in Postgres: the vault's key store. */
@Injectable()
export class WorkspaceKeys {
  constructor(private readonly database: Database) {}

  async find(workspace: string): Promise<{ kekId: string; wrapped: Buffer } | undefined> {
    return this.database.inWorkspace(workspace, async ({ manager }) => {
      const rows = await manager.query<{ kekId: string; wrapped: Buffer }[]>(
        `SELECT kek_id AS "kekId", wrapped FROM workspace_key WHERE workspace_id = $1`,
        [workspace],
      );
      return rows[0];
    });
  }

  /** The first one in wins; read it back to learn which. */
  async insert(workspace: string, key: { kekId: string; wrapped: Buffer }): Promise<void> {
    await this.database.inWorkspace(workspace, async ({ manager }) => {
      await manager.query(
        `INSERT INTO workspace_key (workspace_id, kek_id, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [workspace, key.kekId, key.wrapped],
      );
    });
  }
}
