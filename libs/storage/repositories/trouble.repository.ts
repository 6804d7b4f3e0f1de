import type { TransactionContext } from '../transaction.js';

export const troubleKinds = ['waiting', 'degraded', 'quarantined', 'in_doubt', 'orphaned'] as const;
export type TroubleKind = (typeof troubleKinds)[number];

/** One thing that does not go on by itself as it should, or not soon. */
export interface Trouble {
  kind: TroubleKind;
  connectionId: string;
  integrationId: string;
  provider: string;
  endUserId: string | null;
  slot: string | null;
  attemptId: string | null;
  worker: string | null;
  since: Date;
  /** A stable code, and what is known besides. */
  code: string | null;
  detail: string | null;
  /** When it is tried again by itself; null: not. */
  nextAt: Date | null;
}

/** Where in its kind a trouble is: microseconds since 1970, then the connection, or the attempt. */
export type TroublePosition = readonly [micros: number, id: string];

/** Counted one by one up to here. */
export const mostTroublesCounted = 2_000;

/** What waits too long, is degraded, quarantined, in doubt or orphaned, and why. */
export class TroubleRepository {
  constructor(private readonly context: TransactionContext) {}

  /** The first of each kind, the longest there first. */
  async list(limit: number): Promise<Trouble[]> {
    const pages = [];
    for (const kind of troubleKinds) pages.push(...(await this.page(kind, limit)));
    return pages.toSorted((a, b) => a.since.getTime() - b.since.getTime()).slice(0, limit);
  }

  /** Of one kind, after the position in the cursor. */
  async page(
    kind: TroubleKind,
    limit: number,
    after?: TroublePosition,
  ): Promise<(Trouble & { position: TroublePosition })[]> {
    const { key, id, columns, from } = parts[kind];
    await this.context.manager.query(STEPPING);
    const rows = await this.context.manager.query<(Trouble & { micros: number; place: string })[]>(
      `SELECT t.*, '${kind}' AS kind, (extract(epoch FROM key) * 1000000)::bigint AS micros FROM (
         SELECT ${key} AS key, ${id} AS place, ${CONNECTION}, ${columns} FROM ${from}
           AND ($3::bigint IS NULL OR (${key}, ${id}) > (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::text))
         ORDER BY ${key}, ${id} LIMIT $2) t ORDER BY key, place`,
      [this.context.workspace, limit, after?.[0] ?? null, after?.[1] ?? null],
    );
    return rows.map(({ micros, place, ...row }) => ({ ...row, position: [micros, place] }));
  }

  /** At most `mostTroublesCounted` of each kind. */
  async count(): Promise<Record<TroubleKind, number>> {
    const counts = troubleKinds.map(
      (kind) =>
        `(SELECT count(*) FROM (SELECT FROM ${parts[kind].from} LIMIT ${mostTroublesCounted}) x) AS ${kind}`,
    );
    await this.context.manager.query(STEPPING);
    const rows = await this.context.manager.query<[Record<TroubleKind, number>]>(
      `SELECT ${counts.join(', ')}`,
      [this.context.workspace],
    );
    return rows[0];
  }
}

const CONNECTION = `c.id AS "connectionId", c.integration_id AS "integrationId", c.provider, c.end_user_id AS "endUserId"`;

/** A few rows in an index's order, each with its connection: in an outage the rest is the whole table. */
const STEPPING = `SELECT ${['hashjoin', 'mergejoin', 'seqscan', 'bitmapscan']
  .map((name) => `set_config('enable_${name}', 'off', true)`)
  .join(', ')}, set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`;

interface Part {
  /** What an index has it in order of. */
  key: string;
  id: string;
  columns: string;
  from: string;
}

const SLOTS = `(SELECT min(s.refresh_due_at) FROM connection_slot s WHERE s.workspace_id = $1 AND s.connection_id = c.id)`;
const OPEN = `(SELECT min(s.open_attempt_id) FROM connection_slot s WHERE s.workspace_id = $1 AND s.connection_id = c.id)`;
const VERDICT = (column: string) =>
  `(SELECT q.${column} FROM quarantined_connection q WHERE q.workspace_id = $1 AND q.connection_id = c.id
     AND q.released_at IS NULL LIMIT 1)`;

const inState = (state: string, columns: string): Part => ({
  key: 'c.created_at',
  id: 'c.id',
  columns: `NULL::text AS slot, ${OPEN} AS "attemptId", NULL::text AS worker,
    coalesce((c.reason ->> 'at')::timestamptz, c.updated_at) AS since, c.reason ->> 'code' AS code, ${columns}`,
  from: `connection c WHERE c.workspace_id = $1 AND c.state = '${state}'`,
});

const parts: Record<TroubleKind, Part> = {
  // Due more than a minute ago, and no worker has taken it: a backlog, or none runs.
  waiting: {
    key: 's.refresh_due_at',
    id: 's.id',
    columns: `s.slot, NULL::text AS "attemptId", NULL::text AS worker, s.refresh_due_at AS since, 'overdue' AS code,
      NULL::text AS detail, s.refresh_due_at AS "nextAt"`,
    from: `connection_slot s CROSS JOIN LATERAL (
        SELECT * FROM connection o WHERE o.workspace_id = $1 AND o.id = s.connection_id OFFSET 0) c
      WHERE s.workspace_id = $1 AND s.refresh_due_at < now() - interval '1 minute' AND s.open_attempt_id IS NULL
        AND s.claimed_until IS NULL AND c.state = 'active'`,
  },
  degraded: inState(
    'degraded',
    `c.reason ->> 'detail' AS detail,
     coalesce(${SLOTS}, (SELECT a.resolve_at FROM refresh_attempt a WHERE a.workspace_id = $1 AND a.id = ${OPEN})) AS "nextAt"`,
  ),
  quarantined: inState(
    'quarantined',
    `coalesce(${VERDICT('verdict')}, 'not asked yet') AS detail, ${VERDICT('probe_at')} AS "nextAt"`,
  ),
  in_doubt: {
    key: 'a.started_at',
    id: 'a.id',
    columns: `a.slot, a.id AS "attemptId", a.worker, a.started_at AS since, a.error_code AS code,
      a.failure_class AS detail, a.resolve_at AS "nextAt"`,
    from: `refresh_attempt a JOIN connection c ON c.workspace_id = $1 AND c.id = a.connection_id
      WHERE a.workspace_id = $1 AND a.closed_at IS NULL AND a.started_at < now() - interval '1 minute' AND c.state = 'active'`,
  },
  orphaned: {
    key: 'l.landed_at',
    id: 'a.id',
    columns: `a.slot, a.id AS "attemptId", a.worker, l.landed_at AS since,
      CASE WHEN l.state = 'quarantined' THEN 'not_understood' WHEN c.state IN ('revoking', 'revoked') THEN 'not_revoked'
        ELSE 'superseded' END AS code, a.error_code AS detail, a.resolve_at AS "nextAt"`,
    from: `token_landing l JOIN refresh_attempt a ON a.workspace_id = $1 AND a.id = l.attempt_id
      JOIN connection c ON c.workspace_id = $1 AND c.id = a.connection_id
      WHERE l.workspace_id = $1 AND l.state IN ('orphaned', 'quarantined')`,
  },
};
