import type { TransactionContext } from '../transaction.js';

interface Read {
  caller: { type: string; id: string };
  network: string;
}

/** A minute's reads, as far as the rules look at them. Durations in ms. */
export interface MinuteFacts {
  minute: Date;
  /** Who read a connection for the first time, from that network at least. */
  firstReads: (Read & { connection: string; reads: number; ageMs: number; knownBefore: boolean })[];
  /** Callers that read many connections, and how many of them they had not read in the day before. */
  sweeps: (Read & { fresh: number })[];
  /** Connections that were read often, by whom most, and their busiest hour of the seven days before; null: none. */
  loads: (Read & { connection: string; reads: number; busiestHour: number | null })[];
  /** Connections that nobody had read for days. */
  awakenings: (Read & { connection: string; reads: number; idleMs: number })[];
}

/** What was read minute by minute. */
export class ReadMinuteRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Minutes in which something was read, oldest first. */
  async list(from: Date, until: Date, limit: number): Promise<Date[]> {
    const rows = await this.query<{ minute: Date }>(
      `SELECT DISTINCT minute FROM read_attribution WHERE workspace_id = $1 AND minute >= $2 AND minute < $3
       ORDER BY minute LIMIT $4`,
      from,
      until,
      limit,
    );
    return rows.map(({ minute }) => minute);
  }

  /** @param many distinct connections of one caller, and `often` reads of one connection, from where on they are looked at */
  async facts(minute: Date, { many, often }: { many: number; often: number }): Promise<MinuteFacts> {
    return {
      minute,
      firstReads: await this.query(FIRST_READS, minute),
      sweeps: await this.query(SWEEPS, minute, many),
      loads: await this.query(LOADS, minute, often),
      awakenings: await this.query(AWAKENINGS, minute),
    };
  }

  private query<Row extends object>(sql: string, ...values: unknown[]): Promise<Row[]> {
    return this.context.manager.query<Row[]>(sql, [this.context.workspace, ...values]);
  }
}

const caller = (of: string) =>
  `json_build_object('type', ${of}.caller_type, 'id', ${of}.caller_id) AS caller`;
const ms = (duration: string) => `(extract(epoch FROM ${duration}) * 1000)::float8`;

const FIRST_READS = `SELECT k.connection_id AS connection, ${caller('k')}, min(k.network) AS network,
    sum(k.reads)::int AS reads, ${ms('$2::timestamptz - min(c.created_at)')} AS "ageMs",
    EXISTS (SELECT FROM connection_reader e WHERE e.workspace_id = $1 AND e.connection_id = k.connection_id
      AND e.caller_type = k.caller_type AND e.caller_id = k.caller_id AND e.first_at < $2) AS "knownBefore"
  FROM connection_reader k JOIN connection c ON c.workspace_id = k.workspace_id AND c.id = k.connection_id
  WHERE k.workspace_id = $1 AND k.first_at >= $2 AND k.first_at < $2::timestamptz + interval '1 minute'
  GROUP BY k.connection_id, k.caller_type, k.caller_id`;

const SWEEPS = `SELECT ${caller('s')}, s.network, s.fresh FROM (
    SELECT a.caller_type, a.caller_id, mode() WITHIN GROUP (ORDER BY a.network) AS network,
      count(DISTINCT a.connection_id) FILTER (WHERE NOT EXISTS (
        SELECT FROM read_attribution b WHERE b.workspace_id = $1 AND b.connection_id = a.connection_id
          AND b.caller_type = a.caller_type AND b.caller_id = a.caller_id
          AND b.minute < $2 AND b.minute >= $2::timestamptz - interval '1 day'))::int AS fresh
    FROM read_attribution a JOIN (
      SELECT caller_type, caller_id FROM read_attribution WHERE workspace_id = $1 AND minute = $2
      GROUP BY caller_type, caller_id HAVING count(DISTINCT connection_id) > $3) m USING (caller_type, caller_id)
    WHERE a.workspace_id = $1 AND a.minute = $2 GROUP BY a.caller_type, a.caller_id) s`;

const TOP = `(array_agg(a.caller_type ORDER BY a.reads DESC))[1] AS caller_type,
  (array_agg(a.caller_id ORDER BY a.reads DESC))[1] AS caller_id,
  (array_agg(a.network ORDER BY a.reads DESC))[1] AS network, sum(a.reads)::int AS reads`;

const LOADS = `SELECT l.connection_id AS connection, ${caller('l')}, l.network, l.reads, (
    SELECT max(h.reads)::int FROM (
      SELECT sum(b.reads) AS reads FROM read_attribution b
      WHERE b.workspace_id = $1 AND b.connection_id = l.connection_id
        AND b.minute < $2 AND b.minute >= $2::timestamptz - interval '7 days'
      GROUP BY date_trunc('hour', b.minute)) h) AS "busiestHour"
  FROM (SELECT a.connection_id, ${TOP} FROM read_attribution a
    WHERE a.workspace_id = $1 AND a.minute = $2 GROUP BY a.connection_id HAVING sum(a.reads) > $3) l`;

const AWAKENINGS = `SELECT w.connection_id AS connection, ${caller('w')}, w.network, w.reads, w."idleMs" FROM (
    SELECT a.connection_id, ${TOP}, ${ms('min(u.woke_at - u.idle_since)')} AS "idleMs" FROM read_attribution a
    JOIN connection_usage u ON u.workspace_id = a.workspace_id AND u.connection_id = a.connection_id
    WHERE a.workspace_id = $1 AND a.minute = $2 AND u.woke_at >= $2
      AND u.woke_at < $2::timestamptz + interval '1 minute'
    GROUP BY a.connection_id) w`;
