import { z } from 'zod';
import type { EngineReport } from './engine-health.service.js';

const milliseconds = z.int().nullable();
const jobs = z
  .record(z.string(), z.int())
  .nullable()
  .describe('Jobs by state, of all workspaces; null while Redis cannot be reached.');

export const engineHealthSchema = z
  .strictObject({
    queues: z.strictObject({ refresh: jobs, revocation: jobs }),
    planner: z.strictObject({
      scheduled_slots: z.int().describe('Counted up to 10,000, as `overdue_slots` is.'),
      overdue_slots: z.int().describe('Their due time is past and they are not renewed yet.'),
      oldest_overdue_ms: milliseconds,
      next_due_at: z.iso.datetime().nullable(),
      open_attempts: z.int().describe('Sent, and the end is not known yet.'),
      oldest_open_attempt_ms: milliseconds,
    }),
    outbox: z.strictObject({
      unpublished_events: z.int(),
      oldest_unpublished_ms: milliseconds,
      events_not_counted: z.int().describe('Published and still missing in the overview.'),
    }),
    revocations: z.strictObject({ pending_items: z.int(), oldest_pending_ms: milliseconds }),
    services: z
      .record(z.string(), z.string())
      .describe('What each says of itself: ok, degraded, error, leaving or unreachable.'),
  })
  .meta({ id: 'EngineHealth' });

export type EngineHealthView = z.infer<typeof engineHealthSchema>;

export function engineHealthView(report: EngineReport): EngineHealthView {
  const { engine, refreshJobs, revocationJobs, eventsNotCounted, services } = report;
  return {
    queues: { refresh: refreshJobs, revocation: revocationJobs },
    planner: {
      scheduled_slots: engine.scheduledSlots,
      overdue_slots: engine.overdueSlots,
      oldest_overdue_ms: engine.oldestOverdueMs,
      next_due_at: engine.nextDueAt?.toISOString() ?? null,
      open_attempts: engine.openAttempts,
      oldest_open_attempt_ms: engine.oldestOpenAttemptMs,
    },
    outbox: {
      unpublished_events: engine.unpublishedEvents,
      oldest_unpublished_ms: engine.oldestUnpublishedMs,
      events_not_counted: eventsNotCounted,
    },
    revocations: {
      pending_items: engine.pendingRevocationItems,
      oldest_pending_ms: engine.oldestPendingRevocationMs,
    },
    services,
  };
}
