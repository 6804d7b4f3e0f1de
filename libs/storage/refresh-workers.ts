import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** What tells this database from an older copy of it. */
export interface DatabaseBeat {
  systemIdentifier: string;
  timeline: number;
  /** Grows by one about every second that some worker runs. */
  beats: number;
  at: Date;
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
      `SELECT system_identifier AS "systemIdentifier", timeline, beats, at FROM beat()`,
    );
    return row!;
  }

  /** Refreshes a second when all is well, over all workspaces. */
  async normalRate(): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ rate: number }>(
      `SELECT normal_refresh_rate() AS rate`,
    );
    return row!.rate;
  }
}
