import { z } from 'zod';
import { listQuery, pageOf } from '#platform';
import type { ListedAuditEntry } from '#storage';

const word = z.string().min(1).max(200);
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const auditQuery = listQuery.extend({
  actor: word.optional().describe("The actor's id."),
  action: word.optional().describe('e.g. connection.revoking'),
  subject: word.optional().describe("The subject's id."),
  after: time.optional(),
  before: time.optional(),
});

export const actorSchema = z
  .strictObject({
    type: z.string(),
    id: z.string(),
    name: z.string().optional(),
    via: z.string().optional().describe('The service that carried the request.'),
  })
  .meta({ id: 'AdminActor' });

const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime(),
    actor: actorSchema,
    action: z.string(),
    subject: z.strictObject({ type: z.string(), id: z.string() }),
    detail: z.record(z.string(), z.unknown()).nullable(),
    request_id: z.string().nullable(),
  })
  .meta({ id: 'AdminAuditEntry' });

const side = z.record(z.string(), z.unknown()).nullable();

export const auditEntryDetailSchema = auditEntrySchema
  .extend({
    before: side.describe('What was changed, as it was; null where the entry does not say.'),
    after: side.describe('And as it is since.'),
  })
  .meta({ id: 'AdminAuditEntryDetail' });

export const auditActionsSchema = z
  .strictObject({ data: z.array(z.string()) })
  .meta({ id: 'AdminAuditActions' });

export const auditPageSchema = pageOf(auditEntrySchema, 'AdminAuditEntryPage');

export type AuditEntryView = z.infer<typeof auditEntrySchema>;

export function auditEntryView(entry: ListedAuditEntry): AuditEntryView {
  const { id, at, actor, action, subject, detail, requestId } = entry;
  return { id, at, actor, action, subject, detail: detail ?? null, request_id: requestId ?? null };
}

export function auditEntryDetailView(entry: ListedAuditEntry): z.infer<typeof auditEntryDetailSchema> {
  return { ...auditEntryView(entry), ...sidesOf(entry.detail ?? {}) };
}

type Side = z.infer<typeof side>;

/** Changes of one value say `from` and `to`. */
function sidesOf({ before, after, from, to }: Record<string, unknown>): { before: Side; after: Side } {
  if (from !== undefined || to !== undefined)
    return { before: { value: from ?? null }, after: { value: to ?? null } };
  return { before: sideOf(before), after: sideOf(after) };
}

function sideOf(value: unknown): Side {
  return typeof value === 'object' && !Array.isArray(value) ? (value as Side) : null;
}
