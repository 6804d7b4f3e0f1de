import { z } from 'zod';
import { connectionStates } from '#oauth';
import { everyState } from './overview-charts.js';
import type { Overview } from './overview.service.js';

export const overviewQuery = z.strictObject({
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('How many hours back, this one included.'),
  integration: z.string().min(1).max(100).optional().describe('Counts the hours of this integration only.'),
});

const byState = z
  .strictObject(Object.fromEntries(connectionStates.map((state) => [state, z.int()])))
  .meta({ id: 'ConnectionsByState' });

export const overviewSchema = z
  .strictObject({
    connections: z.strictObject({ total: z.int(), by_state: byState }),
    integrations: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          provider: z.string(),
          state: z.string(),
          connections: z.int(),
          by_state: byState,
        }),
      )
      .describe('At most 100: the most unhealthy first, then the largest.'),
    hours: z
      .array(
        z.strictObject({
          hour: z.iso.datetime(),
          refreshed: z.int(),
          refresh_failed: z.int(),
          authorized: z.int(),
          needs_reauthorization: z.int(),
          revoked: z.int(),
        }),
      )
      .describe('Oldest first.'),
    events_not_counted: z.int(),
  })
  .meta({ id: 'Overview' });

export type OverviewView = z.infer<typeof overviewSchema>;

export function overviewView({
  byState: states,
  integrations,
  hours,
  eventsNotCounted,
}: Overview): OverviewView {
  return {
    connections: {
      total: states.reduce((total, { count }) => total + count, 0),
      by_state: everyState(Object.fromEntries(states.map(({ state, count }) => [state, count]))),
    },
    integrations: integrations.map(({ byState: counts, ...integration }) => ({
      ...integration,
      by_state: everyState(counts),
    })),
    hours: hours.map(({ hour, refreshed, refreshFailed, authorized, needsReauthorization, revoked }) => ({
      hour: hour.toISOString(),
      refreshed,
      refresh_failed: refreshFailed,
      authorized,
      needs_reauthorization: needsReauthorization,
      revoked,
    })),
    events_not_counted: eventsNotCounted,
  };
}
