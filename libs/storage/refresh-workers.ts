import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** What tells this database from an older copy of it. */
export interface DatabaseBeat {
  systemIdentifier: string;
  timeline: number;
  /** Grows by one about every second that some worker runs. */
  beats: number;
  /** As it was found: fewer than a worker saw before means that the database is an older copy. */
  before: number;
  beforeAt: Date;
  /** A restore whose connections are not all in quarantine yet. */
  restore: string | null;
}

/** Workers as Postgres knows them: who was seen when, and whose spool may still hold an answer. */
@Injectable()
export class RefreshWorkers {
  constructor(private readonly database: Database) {}

  /** A process begins: what was said of its spool before is of the process before. */
  async start(id: string): Promise<void> {
    await this.database.acrossWorkspaces(
      `INSERT INTO refresh_worker (id) VALUES ($1)
       ON CONFLICT (id) DO UPDATE SET started_at = now(), seen_at = now(), given_up_at = NULL`,
      [id],
    );
  }

  /** Seen, with so many answers in its spool; none: whatever it was sent until now is here. */
  async tell(id: string, spooled: number): Promise<void> {
    await this.database.acrossWorkspaces(
      `UPDATE refresh_worker SET seen_at = now(), spooled = $2,
         spool_drained_at = CASE WHEN $2 = 0 THEN now() ELSE spool_drained_at END WHERE id = $1`,
      [id, spooled],
    );
  }

  async beat(): Promise<DatabaseBeat> {
    const [row] = await this.database.acrossWorkspaces<DatabaseBeat>(
      `SELECT system_identifier AS "systemIdentifier", timeline, beats, before, before_at AS "beforeAt",
         restore_id AS restore FROM beat()`,
    );
    return row!;
  }

  /** Refreshes a second when all is well, over all workspaces, and how many workers there are to share them. */
  async normalRate(): Promise<{ rate: number; workers: number }> {
    const [row] = await this.database.acrossWorkspaces<{ rate: number; workers: number }>(
      `SELECT normal_refresh_rate() AS rate,
         (SELECT count(*) FROM refresh_worker WHERE seen_at > now() - interval '15 seconds') AS workers`,
    );
    return row!;
  }
}
