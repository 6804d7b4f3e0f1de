import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

export interface DeniedAccess {
  minute: Date;
  address: string;
  reason: string;
  count: number;
}

/** Attempts without a valid credential: a count per address, reason and minute, whatever their number. */
@Injectable()
export class DeniedAccesses {
  constructor(private readonly database: Database) {}

  async add(rows: readonly DeniedAccess[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.acrossWorkspaces(
      `INSERT INTO denied_access AS d (minute, address, reason, count)
       SELECT date_trunc('minute', r.minute), r.address, r.reason, r.count
       FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[]) AS r (minute, address, reason, count)
       ON CONFLICT (minute, address, reason) DO UPDATE SET count = d.count + excluded.count`,
      [
        rows.map((r) => r.minute),
        rows.map((r) => r.address),
        rows.map((r) => r.reason),
        rows.map((r) => r.count),
      ],
    );
  }

  /** Newest first. */
  async list(since: Date, limit: number): Promise<DeniedAccess[]> {
    return this.database.acrossWorkspaces<DeniedAccess>(
      `SELECT minute, address, reason, count FROM denied_access WHERE minute >= $1
       ORDER BY minute DESC, count DESC LIMIT $2`,
      [since, limit],
    );
  }
}
