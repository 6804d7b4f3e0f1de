import type { TransactionContext } from '../transaction.js';

/** A place in a timeline: microseconds since 1970, then the row's sequence, then its id. */
export type TimelinePosition = readonly [micros: number, sequence: number, id: string];

interface TimelineRowBase {
  id: string;
  at: Date;
  position: TimelinePosition;
}

export type TimelineRow =
  | (TimelineRowBase & { kind: 'event'; content: { type: string; data: Record<string, unknown> } })
  | (TimelineRowBase & {
      kind: 'audit';
      /** The audit entry itself. */
      content: {
        action: string;
        actor: { type: string; id: string; name?: string; via?: string };
        detail?: Record<string, unknown>;
        request_id?: string;
      };
    })
  | (TimelineRowBase & {
      kind: 'refresh_attempt';
      content: {
        slot: string;
        trigger: string;
        generation: number;
        state: string;
        failure_class: string | null;
        error_code: string | null;
        http_status: number | null;
        duration_ms: number | null;
      };
    });

/** Everything that happened to one connection: its events, audit entries and refresh attempts as one list. */
export class TimelineRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Newest first, after the position in the cursor. */
  async list(connection: string, limit: number, after?: TimelinePosition): Promise<TimelineRow[]> {
    const rows = await this.context.manager.query<(TimelineRow & { micros: number; sequence: number })[]>(
      TIMELINE,
      [this.context.workspace, connection, limit, ...(after ?? [null, null, null])],
    );
    return rows.map(({ micros, sequence, ...row }) => ({ ...row, position: [micros, sequence, row.id] }));
  }
}

interface Source {
  table: string;
  kind: TimelineRow['kind'];
  subject: string;
  at: string;
  sequence: string;
  content: string;
}

const sources: readonly Source[] = [
  {
    table: 'outbox_event',
    kind: 'event',
    subject: 'subject',
    at: 'occurred_at',
    sequence: 'sequence',
    content: `jsonb_build_object('type', type, 'data', data)`,
  },
  {
    table: 'audit_entry',
    kind: 'audit',
    subject: 'subject_id',
    at: 'at',
    sequence: 'sequence',
    content: `convert_from(entry, 'UTF8')::jsonb`,
  },
  {
    table: 'refresh_attempt',
    kind: 'refresh_attempt',
    subject: 'connection_id',
    at: 'started_at',
    sequence: '0::bigint',
    content: `jsonb_build_object('slot', slot, 'trigger', trigger, 'generation', base_generation, 'state', state,
      'failure_class', failure_class, 'error_code', error_code, 'http_status', http_status,
      'duration_ms', round(extract(epoch FROM closed_at - started_at) * 1000))`,
  },
];

// Each part is ordered and cut by itself, so that a long history costs no more than a page of each.
const TIMELINE = `SELECT kind, id, at, (extract(epoch FROM at) * 1000000)::bigint AS micros, sequence, content FROM (
  ${sources.map((source) => `(${partOf(source)})`).join('\n  UNION ALL\n  ')}
) part ORDER BY at DESC, sequence DESC, id DESC LIMIT $3`;

function partOf({ table, kind, subject, at, sequence, content }: Source): string {
  return `SELECT '${kind}' AS kind, id, ${at} AS at, ${sequence} AS sequence, ${content} AS content FROM ${table}
    WHERE workspace_id = $1 AND ${subject} = $2 AND ($4::bigint IS NULL
      OR (${at}, ${sequence}, id) < (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::bigint, $6::text))
    ORDER BY ${at} DESC, ${sequence} DESC, id DESC LIMIT $3`;
}
