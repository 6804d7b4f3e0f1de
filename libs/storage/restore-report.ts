import type { DataSource } from 'typeorm';
import { withOwner } from './migrate.js';
import { newId } from './new-id.js';
import { definerRole } from './roles.js';

export interface ReportedConnection {
  workspace: string;
  connection: string;
  integration: string;
  provider: string;
  endUser: string | null;
  state: string;
  /** What asking the provider brought; null: not asked yet. */
  verdict: string | null;
  released: boolean;
}

export interface RestoreReport {
  id: string;
  finished: boolean;
  connections: ReportedConnection[];
}

/** Says by hand that the database was restored, as the schema's owner; workers put strict connections into quarantine. */
export async function reportRestore(ownerUrl: string, lostFrom: Date, lostUntil: Date): Promise<string> {
  return withOwner(ownerUrl, async (source) => {
    const id = newId('rst');
    await source.query(
      `INSERT INTO restore (id, found_by, lost_from, lost_until) VALUES ($1, 'operator', $2, $3)`,
      [id, lostFrom, lostUntil],
    );
    return id;
  });
}

/** Each connection that a restore put into quarantine; of the newest one, unless its id is given. */
export async function readRestore(ownerUrl: string, id?: string): Promise<RestoreReport | undefined> {
  return withOwner(ownerUrl, async (source) => {
    const [restore] = await source.query<{ id: string; finished: boolean }[]>(
      `SELECT id, finished_at IS NOT NULL AS finished FROM restore WHERE $1::text IS NULL OR id = $1
       ORDER BY found_at DESC LIMIT 1`,
      [id ?? null],
    );
    return restore && { ...restore, connections: await connectionsOf(source, restore.id) };
  });
}

async function connectionsOf(source: DataSource, restore: string): Promise<ReportedConnection[]> {
  return source.transaction(async (manager) => {
    // Row-level security binds the owner too; this role may look across workspaces.
    await manager.query(`SET LOCAL ROLE ${definerRole}`);
    return manager.query<ReportedConnection[]>(
      `SELECT q.workspace_id AS workspace, q.connection_id AS connection, c.integration_id AS integration, c.provider,
         c.end_user_id AS "endUser", c.state, q.verdict, q.released_at IS NOT NULL AS released
       FROM quarantined_connection q JOIN connection c ON c.workspace_id = q.workspace_id AND c.id = q.connection_id
       WHERE q.restore_id = $1 ORDER BY released, q.workspace_id, q.connection_id`,
      [restore],
    );
  });
}
