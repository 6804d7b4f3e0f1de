import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** How late what waited longest was, at one minute. */
export interface LagSample {
  minute: Date;
  renewalMs: number;
  outboxMs: number;
  revocationMs: number;
}

/** How the installation keeps up, minute by minute; and what else the overview's counts need once in a while. */
@Injectable()
export class OverviewUpkeep {
  constructor(private readonly database: Database) {}

  /** Writes this minute's, unless somebody did, and forgets those of yesterday. */
  async take(): Promise<void> {
    await this.database.acrossWorkspaces(`SELECT sample_lag()`);
  }

  /** Oldest first. A minute in which nobody looked is missing. */
  async list(hours: number): Promise<LagSample[]> {
    return this.database.acrossWorkspaces(
      `SELECT minute, renewal_ms AS "renewalMs", outbox_ms AS "outboxMs", revocation_ms AS "revocationMs"
       FROM lag_sample WHERE minute > now() - $1 * interval '1 hour' ORDER BY minute`,
      [hours],
    );
  }

  /** Puts the many small changes of each count together. */
  async foldCounts(): Promise<void> {
    await this.database.acrossWorkspaces(`SELECT fold_connection_counts()`);
  }

  async deleteOldLatencies(): Promise<void> {
    await this.database.acrossWorkspaces(`SELECT delete_old_renewal_latencies()`);
  }
}
