import { z } from 'zod';
import { listQuery, pageOf } from '#platform';
import type { TimelineRow } from '#storage';
import { actorSchema } from '../audit/audit.view.js';

export const timelineQuery = listQuery;

// Microseconds up to the year 2223: more would be no time that Postgres knows how to compare.
export const timelineCursor = z.tuple([
  z.int().nonnegative().max(8e15),
  z.int().nonnegative(),
  z.string().max(100),
]);

const shared = { id: z.string(), at: z.iso.datetime() };

const timelineEntrySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('event'),
      ...shared,
      type: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
    z.strictObject({
      kind: z.literal('audit'),
      ...shared,
      action: z.string(),
      actor: actorSchema,
      detail: z.record(z.string(), z.unknown()).nullable(),
      request_id: z.string().nullable(),
    }),
    z.strictObject({
      kind: z.literal('refresh_attempt'),
      ...shared,
      slot: z.string(),
      trigger: z.string(),
      generation: z.int().describe('The generation whose refresh token was used.'),
      state: z.string(),
      failure_class: z.string().nullable(),
      error_code: z.string().nullable(),
      http_status: z.int().nullable(),
      duration_ms: z.int().nullable(),
    }),
  ])
  .meta({ id: 'TimelineEntry' });

export const timelinePageSchema = pageOf(timelineEntrySchema, 'TimelinePage');

export type TimelineEntryView = z.infer<typeof timelineEntrySchema>;

export function timelineEntryView(row: TimelineRow): TimelineEntryView {
  const { id } = row;
  const at = row.at.toISOString();
  if (row.kind === 'event') return { kind: row.kind, id, at, ...row.content };
  if (row.kind === 'refresh_attempt') return { kind: row.kind, id, at, ...row.content };
  const { action, actor, detail, request_id: requestId } = row.content;
  return { kind: 'audit', id, at, action, actor, detail: detail ?? null, request_id: requestId ?? null };
}
