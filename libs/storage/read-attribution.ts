import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Reads of one connection by one caller from one network; the minute that they count for is that of `firstAt`. */
export interface AttributedReads {
  connection: string;
  callerType: string;
  callerId: string;
  network: string;
  reads: number;
  firstAt: Date;
  lastAt: Date;
}

/** A replica is taken for dead when it has not flushed for so long. */
export const silenceMs = 10_000;

/** Who read what, as the replicas that serve reads write it: across workspaces, outside any read. */
@Injectable()
export class ReadAttribution {
  constructor(private readonly database: Database) {}

  /** One statement a workspace. Reads of connections that are gone meanwhile fall away. */
  async record(workspace: string, reads: readonly AttributedReads[]): Promise<void> {
    await this.database.prepared('record_reads', `SELECT record_reads($1, $2, $3, $4, $5, $6, $7, $8)`, [
      workspace,
      reads.map(({ connection }) => connection),
      reads.map(({ callerType }) => callerType),
      reads.map(({ callerId }) => callerId),
      reads.map(({ network }) => network),
      reads.map(({ reads: count }) => count),
      reads.map(({ firstAt }) => firstAt),
      reads.map(({ lastAt }) => lastAt),
    ]);
  }

  /** Everything this replica served until `agoMs` ago is written. If it was taken for dead, that was wrong. */
  async beat(replica: string, agoMs: number, cleanEnd = false): Promise<void> {
    await this.database.prepared('beat_of_reads', BEAT, [replica, agoMs, cleanEnd]);
  }

  /** Replicas that ended without saying so: what each may have served since its last flush is a gap, told once. */
  async tellGaps(silentForMs = silenceMs): Promise<ReadGap[]> {
    return this.database.acrossWorkspaces<ReadGap>(TELL_GAPS, [silentForMs]);
  }

  /** Workspaces with whole minutes that every replica has written and nobody has judged, or with freezes to do. */
  async listUnjudged(batch: number): Promise<{ workspace: string; until: Date }[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, until FROM list_unjudged_reads($1)`,
      [batch],
    );
  }

  /** Deletes what was read so many days ago, at most `batch` a table; answers how many. */
  async deleteOld(days: number, batch: number): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ deleted: number }>(
      `SELECT delete_old_reads($1, $2) AS deleted`,
      [days, batch],
    );
    return row!.deleted;
  }
}

/** Within it reads may be missing. */
export interface ReadGap {
  from: Date;
  to: Date;
}

const BEAT = `WITH beat AS (
  INSERT INTO read_attribution_replica (id, flushed_at, clean_end)
  VALUES ($1, clock_timestamp() - $2 * interval '1 ms', $3)
  ON CONFLICT (id) DO UPDATE SET flushed_at = excluded.flushed_at, clean_end = excluded.clean_end RETURNING id)
  DELETE FROM read_gap g USING beat WHERE g.replica_id = beat.id`;

// A second is left to reads that had seen their row and were not counted yet.
const TELL_GAPS = `WITH silent AS (
  DELETE FROM read_attribution_replica WHERE id IN (
    SELECT id FROM read_attribution_replica WHERE flushed_at < now() - $1 * interval '1 ms' FOR UPDATE SKIP LOCKED)
  RETURNING id, flushed_at, clean_end)
  INSERT INTO read_gap (replica_id, from_at, to_at)
  SELECT id, flushed_at - interval '1 second', now() FROM silent WHERE NOT clean_end
  ON CONFLICT DO NOTHING RETURNING from_at AS "from", to_at AS "to"`;
