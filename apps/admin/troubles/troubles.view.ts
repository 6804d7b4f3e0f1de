import { z } from 'zod';
import { incidentKinds } from '#oauth';
import { listQuery } from '#platform';
import { troubleKinds, type ProviderIncident, type SeenWorker, type Trouble } from '#storage';

const moment = z.iso.datetime();

export const troublesQuery = listQuery.extend({
  kind: z.enum(troubleKinds).optional().describe('Only with a kind are there further pages.'),
});

export const troubleCursor = z.tuple([
  z.enum(troubleKinds),
  z.int().min(-8e15).max(8e15),
  z.string().max(100),
]);

const counts = z.strictObject({
  waiting: z.int().describe('Due more than a minute ago, and no worker has taken it.'),
  degraded: z.int(),
  quarantined: z.int(),
  in_doubt: z.int(),
  orphaned: z.int(),
});

export const troubleCountsSchema = z
  .strictObject({
    ...counts.shape,
    spooled: z.int().describe('Answers on the disks of workers, of every workspace.'),
    at_least: z.array(z.enum(troubleKinds)).describe('Kinds of which there are more: 2,000 are counted.'),
  })
  .meta({ id: 'TroubleCounts' });
export type TroubleCountsView = z.infer<typeof troubleCountsSchema>;

export const refreshWorkerSchema = z
  .strictObject({
    id: z.string(),
    running: z.boolean().describe('Seen within the last 15 s.'),
    seen_at: moment,
    spooled: z.int().describe('Answers on its disk, when it was last seen.'),
    spool_drained_at: moment.nullable(),
    given_up_at: moment.nullable(),
  })
  .meta({ id: 'RefreshWorkerStatus' });

export const troublesSchema = z
  .strictObject({
    counts,
    data: z.array(
      z.strictObject({
        kind: z.enum(troubleKinds),
        connection: z.string(),
        integration: z.string(),
        provider: z.string(),
        end_user: z.string().nullable(),
        slot: z.string().nullable(),
        attempt: z.string().nullable(),
        worker: z.string().nullable(),
        since: moment,
        code: z.string().nullable().describe('Why; never a body.'),
        detail: z.string().nullable(),
        next_at: moment.nullable().describe('When it is tried again by itself.'),
        actions: z.array(z.enum(['retry', 'give-up'])).describe('`POST /admin/api/connections/{id}/…`'),
      }),
    ),
    next_cursor: z.string().nullable(),
    workers: z.array(refreshWorkerSchema).describe('Whose disks hold answers, or are not drained yet.'),
  })
  .meta({ id: 'Troubles' });
export type TroublesView = z.infer<typeof troublesSchema>;

export const incidentSchema = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    kind: z.enum(incidentKinds),
    opened_at: moment,
    closed_at: moment.nullable(),
    counts: z.record(z.string(), z.unknown()).describe('Of the five minutes before it was opened.'),
  })
  .meta({ id: 'ProviderIncident' });
export const incidentsSchema = z
  .strictObject({ data: z.array(incidentSchema) })
  .meta({ id: 'ProviderIncidents' });
export type IncidentView = z.infer<typeof incidentSchema>;

export function troubleView(trouble: Trouble): TroublesView['data'][number] {
  return {
    kind: trouble.kind,
    connection: trouble.connectionId,
    integration: trouble.integrationId,
    provider: trouble.provider,
    end_user: trouble.endUserId,
    slot: trouble.slot,
    attempt: trouble.attemptId,
    worker: trouble.worker,
    since: trouble.since.toISOString(),
    code: trouble.code,
    detail: trouble.detail,
    next_at: trouble.nextAt?.toISOString() ?? null,
    actions: actionsOf(trouble),
  };
}

function actionsOf({ kind, nextAt }: Trouble): ('retry' | 'give-up')[] {
  // It is due already: a worker takes it as soon as one can.
  if (kind === 'waiting') return [];
  // Destroyed only once nobody tries to revoke it any more.
  if (kind === 'orphaned') return nextAt === null ? ['give-up'] : ['retry'];
  return ['retry', 'give-up'];
}

export function workerView(worker: SeenWorker): z.infer<typeof refreshWorkerSchema> {
  return {
    id: worker.id,
    running: worker.running,
    seen_at: worker.seenAt.toISOString(),
    spooled: worker.spooled,
    spool_drained_at: worker.spoolDrainedAt?.toISOString() ?? null,
    given_up_at: worker.givenUpAt?.toISOString() ?? null,
  };
}

export function incidentView(incident: ProviderIncident): IncidentView {
  const { id, provider, kind, openedAt, closedAt, detail } = incident;
  return {
    ...{ id, provider, kind, counts: detail },
    opened_at: openedAt.toISOString(),
    closed_at: closedAt?.toISOString() ?? null,
  };
}
