import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { Located } from './directory.js';
import { newId } from './new-id.js';

export interface Restore {
  id: string;
  foundAt: Date;
  lostFrom: Date;
  lostUntil: Date;
}

const COLUMNS = `id, found_at AS "foundAt", lost_from AS "lostFrom", lost_until AS "lostUntil"`;

/** Times at which this database turned out to be an older copy, and what follows for strictly rotated connections. */
@Injectable()
export class Restores {
  constructor(private readonly database: Database) {}

  /** Several workers find the same one: the first tells of it. */
  async report(by: string, lostFrom: Date, lostUntil: Date): Promise<void> {
    await this.database.acrossWorkspaces(
      `INSERT INTO restore (id, found_by, lost_from, lost_until)
       SELECT $1, $2, least($3::timestamptz, $4::timestamptz), $4 WHERE NOT EXISTS (
         SELECT FROM restore r WHERE r.found_at > now() - interval '10 minutes'
           AND r.lost_until > $4::timestamptz - interval '10 seconds')`,
      [newId('rst'), by, lostFrom, lostUntil],
    );
  }

  /** One whose quarantine is not complete, for one worker at a time. */
  async claim(): Promise<Restore | undefined> {
    const [row] = await this.database.acrossWorkspaces<Restore>(
      `WITH claimed AS (UPDATE restore SET worked_at = now() WHERE finished_at IS NULL
           AND (worked_at IS NULL OR worked_at < now() - interval '30 seconds') RETURNING *)
       SELECT ${COLUMNS} FROM claimed ORDER BY found_at LIMIT 1`,
    );
    return row;
  }

  async finish(id: string): Promise<void> {
    await this.database.acrossWorkspaces(
      `WITH done AS (UPDATE restore SET finished_at = now() WHERE id = $1 RETURNING id) SELECT id FROM done`,
      [id],
    );
  }

  async listIntegrations(): Promise<
    { workspace: string; id: string; provider: string; settings: Record<string, unknown> }[]
  > {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id, provider, settings FROM list_refreshing_integrations()`,
    );
  }

  /** Connections of an integration that may have been refreshed in the time that is lost. */
  async listSuspects(integration: string, lostUntil: Date, batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, connection_id AS id FROM list_restore_suspects($1, $2, $3)`,
      [integration, lostUntil, batch],
    );
  }

  /** Quarantined connections that may be asked after now. */
  async listToProbe(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_quarantined_connections($1)`,
      [batch],
    );
  }
}
