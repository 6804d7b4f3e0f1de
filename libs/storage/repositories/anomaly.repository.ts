import type { TransactionContext } from '../transaction.js';

export const anomalyRules = ['new_caller', 'bulk_enumeration', 'spike', 'idle_connection'] as const;
export type AnomalyRule = (typeof anomalyRules)[number];
export type AnomalyAction = 'notify' | 'freeze';

/** Something that reads are noticed for. Of the same rule and key there is one. */
export interface AnomalyFinding {
  rule: AnomalyRule;
  key: string;
  /** Null where it is about more than one. */
  connection: string | null;
  caller: { type: string; id: string };
  network: string;
  /** Reads; of bulk_enumeration: connections. */
  count: number;
}

/** Findings, what is done about them, and how far reads are judged. */
export class AnomalyRepository {
  constructor(private readonly context: TransactionContext) {}

  /**
   * Takes the workspace for this transaction; undefined where another replica has it. An advisory lock: flushes of reads
   * write the row too, and are not to wait.
   */
  async takeWatch(): Promise<{ since: Date; judgedUntil: Date } | undefined> {
    const [lock] = await this.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('evergrant.anomalies ' || $1, 0)) AS taken`,
    );
    if (!lock!.taken) return undefined;
    const [row] = await this.query<{ since: Date; judgedUntil: Date }>(
      `SELECT since, judged_until AS "judgedUntil" FROM anomaly_watch WHERE workspace_id = $1`,
    );
    return row;
  }

  async advance(judgedUntil: Date): Promise<void> {
    await this.query(
      `UPDATE anomaly_watch SET judged_until = greatest(judged_until, $2) WHERE workspace_id = $1`,
      judgedUntil,
    );
  }

  /** False where it is known already. */
  async insert({ rule, key }: AnomalyFinding): Promise<boolean> {
    const rows = await this.query(
      `INSERT INTO anomaly_finding (workspace_id, rule, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key`,
      rule,
      key,
    );
    return rows.length > 0;
  }

  async policy(): Promise<Map<AnomalyRule, AnomalyAction>> {
    const rows = await this.query<{ rule: AnomalyRule; action: AnomalyAction }>(
      `SELECT rule, action FROM anomaly_policy WHERE workspace_id = $1`,
    );
    return new Map(rows.map(({ rule, action }) => [rule, action]));
  }

  /** Held to the end of the transaction: whoever reads the policy to change it is alone with it. */
  async lockPolicy(): Promise<void> {
    await this.context.manager.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('evergrant.anomaly-policy ' || $1, 0))`,
      [this.context.workspace],
    );
  }

  async setPolicy(policy: Readonly<Record<AnomalyRule, AnomalyAction>>): Promise<void> {
    await this.query(
      `INSERT INTO anomaly_policy (workspace_id, rule, action)
       SELECT $1, p.key, p.value FROM jsonb_each_text($2::jsonb) p
       ON CONFLICT (workspace_id, rule) DO UPDATE SET action = excluded.action`,
      JSON.stringify(policy),
    );
  }

  /** To be frozen as soon as may be: one connection, or all that a caller read in a minute and not in the day before. */
  async planFreeze({ rule, connection, caller }: AnomalyFinding, minute: Date): Promise<void> {
    await this.query(
      `INSERT INTO anomaly_freeze (workspace_id, connection_id, rule)
       SELECT c.workspace_id, c.id, $2 FROM connection c WHERE c.workspace_id = $1 AND (c.id = $3 OR $3 IS NULL AND c.id IN (
         SELECT a.connection_id FROM read_attribution a
         WHERE a.workspace_id = $1 AND a.minute = $6 AND a.caller_type = $4 AND a.caller_id = $5 AND NOT EXISTS (
           SELECT FROM read_attribution b WHERE b.workspace_id = $1 AND b.connection_id = a.connection_id
             AND b.caller_type = $4 AND b.caller_id = $5 AND b.minute < $6 AND b.minute >= $6 - interval '1 day')))
       ON CONFLICT DO NOTHING`,
      rule,
      connection,
      caller.type,
      caller.id,
      minute,
    );
  }

  /** Takes some that are to be frozen: they are done with this transaction, which has the workspace. */
  async takeFreezes(batch: number): Promise<{ connection: string; rule: AnomalyRule }[]> {
    return this.query(
      `WITH taken AS (DELETE FROM anomaly_freeze f WHERE f.workspace_id = $1 AND f.connection_id IN (
         SELECT connection_id FROM anomaly_freeze WHERE workspace_id = $1
         ORDER BY connection_id LIMIT $2) RETURNING f.connection_id, f.rule)
       SELECT connection_id AS connection, rule FROM taken ORDER BY connection_id`,
      batch,
    );
  }

  private query<Row extends object>(sql: string, ...values: unknown[]): Promise<Row[]> {
    return this.context.manager.query<Row[]>(sql, [this.context.workspace, ...values]);
  }
}
