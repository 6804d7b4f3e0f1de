import type { TransactionContext } from '../transaction.js';

export const reaperRules = ['dead', 'unread', 'erase'] as const;
export type ReaperRule = (typeof reaperRules)[number];

/** After how many days each rule means a connection; null: never. */
export type ReaperDays = Record<ReaperRule, number | null>;

export interface ReaperCandidate {
  id: string;
  rule: ReaperRule;
  provider: string;
  integration: string;
  endUser: string | null;
  state: string;
  since: Date;
  /** Of `since`, in microseconds since 1970: what lists go on from. */
  position: number;
  lastReadAt: Date | null;
}

/** Until now it was in its state. */
const inState = `coalesce(c.state_since, c.updated_at)`;

/** Each rule's connections, and since when they are what it is about. No connection can be meant by two of them. */
const rules: Record<ReaperRule, { condition: string; since: string }> = {
  dead: { condition: `c.state = 'needs_reauthorization'`, since: inState },
  // What cannot be read, since it is paused or in quarantine, is not unread; and a consent is as good as a read.
  unread: {
    condition: `c.state IN ('active', 'degraded')`,
    since: `greatest(c.created_at, c.authorized_at, c.readable_since, u.last_read_at)`,
  },
  // An attempt that is open may still bring tokens that are to be revoked.
  erase: {
    condition: `c.state IN ('revoked', 'expired') AND NOT EXISTS (SELECT FROM refresh_attempt a
      WHERE a.workspace_id = c.workspace_id AND a.connection_id = c.id AND a.closed_at IS NULL)`,
    since: inState,
  },
};

const joined = `connection c LEFT JOIN connection_usage u ON u.workspace_id = c.workspace_id AND u.connection_id = c.id`;

function meant(rule: ReaperRule, days: string): string {
  const { condition, since } = rules[rule];
  return `c.workspace_id = $1 AND ${condition} AND ${since} < now() - make_interval(days => ${days}::integer)`;
}

/** What each rule of a reaper policy means at this moment. */
export class ReaperCandidateRepository {
  constructor(private readonly context: TransactionContext) {}

  async counts(days: ReaperDays): Promise<Record<ReaperRule, number>> {
    const counts = { dead: 0, unread: 0, erase: 0 };
    for (const rule of reaperRules)
      if (days[rule] !== null) {
        const [row] = await this.context.manager.query<{ count: number }[]>(
          `SELECT count(*)::integer AS count FROM ${joined} WHERE ${meant(rule, '$2')}`,
          [this.context.workspace, days[rule]],
        );
        counts[rule] = row!.count;
      }
    return counts;
  }

  /** Those that are it the longest first, after the one in the cursor. */
  async list(
    days: ReaperDays,
    only: ReaperRule | undefined,
    limit: number,
    after?: readonly [number, string],
  ): Promise<ReaperCandidate[]> {
    const parts = reaperRules
      .filter((rule) => only === undefined || only === rule)
      .map((rule) => {
        const column = `($2::integer[])[${reaperRules.indexOf(rule) + 1}]`;
        return `SELECT c.id, '${rule}' AS rule, c.provider, c.integration_id AS integration, c.end_user_id AS "endUser",
          c.state, ${rules[rule].since} AS since, u.last_read_at AS "lastReadAt" FROM ${joined} WHERE ${meant(rule, column)}`;
      });
    const position = `(extract(epoch FROM since) * 1000000)::bigint`;
    return this.context.manager.query<ReaperCandidate[]>(
      `SELECT *, ${position} AS position FROM (${parts.join(' UNION ALL ')}) AS found
       WHERE $3::bigint IS NULL OR (${position}, id) > ($3, $4::text) ORDER BY position, id LIMIT $5`,
      [
        this.context.workspace,
        reaperRules.map((rule) => days[rule]),
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit,
      ],
    );
  }

  /** Ids of one rule, those that are it the longest first. */
  async ids(rule: ReaperRule, days: number, limit: number): Promise<string[]> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT c.id FROM ${joined} WHERE ${meant(rule, '$2')} ORDER BY ${rules[rule].since}, c.id LIMIT $3`,
      [this.context.workspace, days, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Which of these a rule means now; they are best locked. */
  async stillMeant(rule: ReaperRule, days: number, ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT c.id FROM ${joined} WHERE ${meant(rule, '$2')} AND c.id = ANY ($3)`,
      [this.context.workspace, days, [...ids]],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
