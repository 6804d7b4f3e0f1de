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

export interface SeenWorker {
  id: string;
  seenAt: Date;
  /** Seen within the last 15 s. */
  running: boolean;
  /** Answers on its disk, when it was last seen. */
  spooled: number;
  /** When it last said that its spool is empty. */
  spoolDrainedAt: Date | null;
  givenUpAt: Date | null;
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

  async list(): Promise<SeenWorker[]> {
    return this.database.acrossWorkspaces<SeenWorker>(
      `SELECT id, seen_at AS "seenAt", seen_at > now() - interval '15 seconds' AS running, spooled,
         spool_drained_at AS "spoolDrainedAt", given_up_at AS "givenUpAt" FROM refresh_worker ORDER BY seen_at DESC`,
    );
  }

  /** An operator says that a worker's disk does not come back. False where it runs, or is not known. */
  async giveUp(id: string): Promise<boolean> {
    const rows = await this.database.acrossWorkspaces(
      `WITH given_up AS (UPDATE refresh_worker SET given_up_at = now()
         WHERE id = $1 AND seen_at < now() - interval '15 seconds' RETURNING id) SELECT id FROM given_up`,
      [id],
    );
    return rows.length > 0;
  }
}
