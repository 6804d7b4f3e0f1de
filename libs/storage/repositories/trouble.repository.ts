import type { TransactionContext } from '../transaction.js';

export const troubleKinds = ['degraded', 'quarantined', 'in_doubt', 'orphaned'] as const;
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

/** What is degraded, quarantined, in doubt or orphaned, and why. */
export class TroubleRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Oldest first. */
  async list(kind: TroubleKind | undefined, limit: number): Promise<Trouble[]> {
    return this.context.manager.query(
      `SELECT * FROM (${ALL}) t WHERE $2::text IS NULL OR t.kind = $2 ORDER BY t.since, t."connectionId" LIMIT $3`,
      [this.context.workspace, kind ?? null, limit],
    );
  }

  async count(): Promise<Record<TroubleKind, number>> {
    const rows = await this.context.manager.query<{ kind: TroubleKind; count: number }[]>(
      `SELECT t.kind, count(*) AS count FROM (${ALL}) t GROUP BY t.kind`,
      [this.context.workspace],
    );
    const counted = new Map(rows.map(({ kind, count }) => [kind, count]));
    return Object.fromEntries(troubleKinds.map((kind) => [kind, counted.get(kind) ?? 0])) as Record<
      TroubleKind,
      number
    >;
  }
}

const CONNECTION = `c.id AS "connectionId", c.integration_id AS "integrationId", c.provider, c.end_user_id AS "endUserId"`;

const ALL = `
  SELECT c.state AS kind, ${CONNECTION}, NULL::text AS slot, s.open_attempt_id AS "attemptId", NULL::text AS worker,
    (c.reason ->> 'at')::timestamptz AS since, c.reason ->> 'code' AS code,
    CASE WHEN c.state = 'quarantined' THEN coalesce(q.verdict, 'not asked yet') ELSE c.reason ->> 'detail' END AS detail,
    CASE WHEN c.state = 'quarantined' THEN q.probe_at
      ELSE coalesce(s.refresh_due_at, (SELECT a.resolve_at FROM refresh_attempt a
        WHERE a.workspace_id = $1 AND a.id = s.open_attempt_id)) END AS "nextAt"
  FROM connection c
  JOIN LATERAL (SELECT min(refresh_due_at) AS refresh_due_at, min(open_attempt_id) AS open_attempt_id
    FROM connection_slot WHERE workspace_id = $1 AND connection_id = c.id) s ON true
  LEFT JOIN LATERAL (SELECT verdict, probe_at FROM quarantined_connection
    WHERE workspace_id = $1 AND connection_id = c.id AND released_at IS NULL LIMIT 1) q ON true
  WHERE c.workspace_id = $1 AND c.state IN ('degraded', 'quarantined')
  UNION ALL
  SELECT 'in_doubt', ${CONNECTION}, a.slot, a.id, a.worker, a.started_at, a.error_code, a.failure_class, a.resolve_at
  FROM refresh_attempt a JOIN connection c ON c.workspace_id = $1 AND c.id = a.connection_id
  WHERE a.workspace_id = $1 AND a.closed_at IS NULL AND a.started_at < now() - interval '1 minute' AND c.state = 'active'
  UNION ALL
  SELECT 'orphaned', ${CONNECTION}, a.slot, a.id, a.worker, l.landed_at,
    CASE l.state WHEN 'quarantined' THEN 'not_understood' ELSE 'superseded' END, a.error_code, NULL
  FROM token_landing l JOIN refresh_attempt a ON a.workspace_id = $1 AND a.id = l.attempt_id
  JOIN connection c ON c.workspace_id = $1 AND c.id = a.connection_id
  WHERE l.workspace_id = $1 AND l.state IN ('orphaned', 'quarantined')`;
