import { z } from 'zod';
import { listQuery, pageOf } from '#platform';
import type { ListedAuditEntry } from '#storage';

const word = z.string().min(1).max(255);
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const auditQuery = listQuery.extend({
  actor: word.optional().describe("The actor's id."),
  action: word.optional(),
  subject: word.optional().describe("The subject's id."),
  after: time.optional(),
  before: time.optional(),
});
export type AuditQuery = z.infer<typeof auditQuery>;

export const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z.strictObject({
      type: z.string(),
      id: z.string(),
      name: z.string().nullable(),
      via: z.string().nullable().describe("The service that carried a person's request."),
    }),
    action: z.string(),
    subject: z.strictObject({ type: z.string(), id: z.string() }),
    detail: z.record(z.string(), z.unknown()).nullable(),
    request_id: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export const auditPageSchema = pageOf(auditEntrySchema, 'AuditEntryPage');

export function auditEntryView(entry: ListedAuditEntry): z.infer<typeof auditEntrySchema> {
  const { id, at, actor, action, subject, detail, requestId } = entry;
  return {
    id,
    at,
    actor: { type: actor.type, id: actor.id, name: actor.name ?? null, via: actor.via ?? null },
    action,
    subject,
    detail: detail ?? null,
    request_id: requestId ?? null,
  };
}

export const deniedQuery = z.strictObject({
  since: time.optional().describe('Default: the last 24 hours.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

export const deniedPageSchema = z
  .strictObject({
    data: z.array(
      z.strictObject({
        minute: z.iso.datetime(),
        address: z.string(),
        reason: z.string(),
        count: z.int(),
      }),
    ),
  })
  .meta({ id: 'DeniedAccesses' });
