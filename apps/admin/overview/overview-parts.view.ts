import { z } from 'zod';
import { connectionStates } from '#oauth';
import { incidentSchema } from '../troubles/troubles.view.js';

const whole = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
const moment = z.iso.datetime();
const estimate = z.boolean().describe('Counted from a sample: say "about".');
const share = z.number().min(0).max(1).nullable().describe('Renewed of all; null where nothing was.');
const milliseconds = z.int().nullable();

export const hoursQuery = z.strictObject({ hours: whole(168, 24).describe('How many hours back.') });
export const dueQuery = z.strictObject({ hours: whole(168, 72).describe('How many hours ahead.') });
export const consentsQuery = z.strictObject({ days: whole(90, 30).describe('How many days ahead.') });
export const lagQuery = z.strictObject({ hours: whole(24, 6).describe('How many hours back.') });

export const statesSchema = z
  .strictObject({
    total: z.int(),
    estimate,
    by_state: z.strictObject(Object.fromEntries(connectionStates.map((state) => [state, z.int()]))),
    waiting_approvals: z.int().nullable().describe('Null where the caller may not see approvals.'),
    open_incidents: z.int(),
    paused_integrations: z.int(),
  })
  .meta({ id: 'OverviewStates' });

export const renewalsSchema = z
  .strictObject({
    renewed: z.int(),
    failed: z.int(),
    success: share,
    classes: z
      .array(z.strictObject({ class: z.string(), count: z.int() }))
      .describe('Of the failures that were, the most frequent first.'),
    hours: z
      .array(
        z.strictObject({
          hour: moment,
          renewed: z.int(),
          failed: z.int(),
          failures: z.record(z.string(), z.int()).describe('By class; those that were not are missing.'),
        }),
      )
      .describe('Every hour, oldest first; the last one is not over.'),
    events_not_counted: z.int().describe('Published, and still missing here.'),
  })
  .meta({ id: 'OverviewRenewals' });

export const providersSchema = z
  .strictObject({
    data: z
      .array(
        z.strictObject({
          provider: z.string(),
          connections: z.int(),
          renewed: z.int(),
          failed: z.int(),
          success: share,
          p50_ms: milliseconds.describe(
            'Of what was renewed, from the first step to the last; right to 5 %.',
          ),
          p95_ms: milliseconds,
          incident: z.string().nullable().describe('The kind of its open incident.'),
        }),
      )
      .describe('The 8 worst: with an incident, then the slowest.'),
    others: z.int().describe('Providers with renewals that are not shown.'),
  })
  .meta({ id: 'OverviewProviders' });

export const dueSchema = z
  .strictObject({
    estimate,
    overdue: z.int().describe('Ended already, and not renewed yet.'),
    hours: z
      .array(z.strictObject({ hour: moment, count: z.int() }))
      .describe('Access tokens that end in the hour and are renewed ahead; the first hour has begun.'),
  })
  .meta({ id: 'OverviewDue' });

export const consentsSchema = z
  .strictObject({
    estimate,
    total: z.int(),
    providers: z.array(z.string()).describe('The 4 with the most, the largest first.'),
    days: z
      .array(
        z.strictObject({
          day: z.iso.date(),
          counts: z.record(z.string(), z.int()).describe('Of each of `providers`.'),
          other: z.int(),
        }),
      )
      .describe('Every day of UTC, today first: connections whose user must consent again by then.'),
  })
  .meta({ id: 'OverviewConsents' });

export const overviewIncidentsSchema = z
  .strictObject({
    incidents: z.array(incidentSchema).describe('Open ones.'),
    paused_integrations: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        provider: z.string(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'OverviewIncidents' });

const lags = z.strictObject({ renewal_ms: z.int(), outbox_ms: z.int(), revocation_ms: z.int() });

export const lagSchema = z
  .strictObject({
    objective: lags.describe('What each should stay below.'),
    samples: z
      .array(lags.extend({ at: moment }))
      .describe(
        'How late what waits longest was, of all workspaces; a minute is missing where nobody looked. Oldest first.',
      ),
  })
  .meta({ id: 'OverviewLag' });

export type StatesView = z.infer<typeof statesSchema>;
export type RenewalsView = z.infer<typeof renewalsSchema>;
export type ProvidersView = z.infer<typeof providersSchema>;
export type DueView = z.infer<typeof dueSchema>;
export type ConsentsView = z.infer<typeof consentsSchema>;
export type OverviewIncidentsView = z.infer<typeof overviewIncidentsSchema>;
export type LagView = z.infer<typeof lagSchema>;
