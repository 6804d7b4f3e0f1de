import { z } from 'zod';
import { revocationSupportSchema, type RevocationSupport } from '#providers';
import type { ConnectionSlot, CurrentSet, FailedAttempt, IntegrationFacts, ListedConnection } from '#storage';
import { connectionSchema, connectionView, iso, moment } from './connection.view.js';

const next = z.strictObject({
  what: z
    .enum(['renewal', 'resume', 'reauthorize', 'confirm', 'retry-or-give-up', 'revocation', 'nothing'])
    .describe('What moves it on: `renewal` by itself; the others by somebody, or not at all.'),
  at: moment.describe('When, where it happens by itself.'),
});

export const connectionDetailSchema = connectionSchema
  .extend({
    integration_name: z.string().nullable(),
    integration_state: z.string().nullable().describe('A paused integration serves and renews nothing.'),
    integration_paused_reason: z.string().nullable(),
    provider_name: z.string(),
    scopes_missing: z.array(z.string()).describe('Asked for, and not granted.'),
    metadata: z.record(z.string(), z.unknown()),
    revocation: revocationSupportSchema,
    next,
    last_failure: z
      .strictObject({
        attempt: z.string(),
        slot: z.string(),
        state: z.string(),
        failure_class: z.string(),
        error_code: z.string().nullable().describe("The provider's."),
        http_status: z.int().nullable(),
        at: z.iso.datetime(),
        over: z.boolean().describe('It was renewed since.'),
      })
      .nullable()
      .describe('The newest renewal that failed.'),
    slots: z.array(
      z.strictObject({
        slot: z.string(),
        generation: z.int(),
        token_type: z.string().nullable(),
        scopes: z.array(z.string()),
        issued_at: moment,
        expires_at: moment,
        refresh_token_expires_at: moment,
        refresh_due_at: moment.describe(
          'Where the renewal window begins, or the next attempt after a failed one.',
        ),
        refreshed_at: moment,
        failures: z.int(),
        refreshing: z.boolean().describe('A refresh is in flight, or its end is not known yet.'),
      }),
    ),
  })
  .meta({ id: 'AdminConnectionDetail' });

export type ConnectionDetailView = z.infer<typeof connectionDetailSchema>;

/** A connection with what stands beside it. */
export interface FoundConnection {
  listed: ListedConnection;
  slots: ConnectionSlot[];
  sets: CurrentSet[];
  integration: IntegrationFacts | undefined;
  failure: FailedAttempt | undefined;
  providerName: string;
  revocation: RevocationSupport;
}

export function connectionDetailView(found: FoundConnection): ConnectionDetailView {
  const { listed, integration, failure } = found;
  const { connection } = listed;
  const granted = new Set(connection.scopesGranted);
  return {
    ...connectionView(listed),
    integration_name: integration?.name ?? null,
    integration_state: integration?.state ?? null,
    integration_paused_reason: integration?.pausedReason ?? null,
    provider_name: found.providerName,
    scopes_missing: connection.scopesRequested.filter((scope) => !granted.has(scope)),
    metadata: connection.metadata,
    revocation: found.revocation,
    next: nextOf(found),
    last_failure: failure
      ? {
          attempt: failure.id,
          slot: failure.slot,
          state: failure.state,
          failure_class: failure.failureClass,
          error_code: failure.errorCode,
          http_status: failure.httpStatus,
          at: failure.at.toISOString(),
          over: listed.refreshedAt !== null && listed.refreshedAt > failure.at,
        }
      : null,
    slots: found.slots.map((slot) => slotView(slot, found.sets)),
  };
}

function slotView(slot: ConnectionSlot, sets: readonly CurrentSet[]): ConnectionDetailView['slots'][number] {
  const set = sets.find((one) => one.slot === slot.slot);
  return {
    slot: slot.slot,
    generation: slot.generation,
    token_type: set?.tokenType ?? null,
    scopes: set?.scope.split(' ').filter(Boolean) ?? [],
    issued_at: iso(set?.issuedAt ?? null),
    expires_at: iso(slot.expiresAt),
    refresh_token_expires_at: iso(slot.refreshTokenExpiresAt),
    refresh_due_at: iso(slot.refreshDueAt),
    refreshed_at: iso(slot.refreshedAt),
    failures: slot.failures,
    refreshing: slot.openAttemptId !== null,
  };
}

function nextOf({ listed: { connection, refreshDueAt } }: FoundConnection): z.infer<typeof next> {
  switch (connection.state) {
    case 'active':
    case 'degraded':
      return { what: refreshDueAt ? 'renewal' : 'nothing', at: iso(refreshDueAt) };
    case 'needs_reauthorization':
      return { what: 'reauthorize', at: null };
    case 'paused':
      return { what: 'resume', at: null };
    case 'pending':
      return { what: 'confirm', at: null };
    case 'quarantined':
      return { what: 'retry-or-give-up', at: null };
    case 'revoking':
      return { what: 'revocation', at: null };
    default:
      return { what: 'nothing', at: null };
  }
}
