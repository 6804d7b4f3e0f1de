import { decideRead, type ConnectionState, type ReadDecision } from '#oauth';
import { Problem, type ProblemSlug } from '#platform';
import type { ReadableToken } from '#storage';

/** A row that has a token. */
export type StoredToken = ReadableToken & { slot: string; slotId: string; generation: number };

/** The slot that is meant: the one named, `default`, or the only one. @throws Problem */
export function slotOf(
  rows: readonly ReadableToken[],
  connection: string,
  slot: string | undefined,
): ReadableToken {
  const [first] = rows;
  if (!first)
    throw new Problem('connection-not-found', `There is no connection ${connection} in this workspace.`);
  if (slot === undefined && rows.length === 1) return first;
  const wanted = rows.find((row) => row.slot === (slot ?? 'default'));
  if (wanted) return wanted;
  const slots = rows.map((row) => row.slot).filter((name) => name !== null);
  throw new Problem('slot-not-found', `Its slots are ${slots.join(', ')}; choose one with ?slot=.`);
}

/** What is to be done for a reader, decided on the row alone and on the database's clock. */
export function decide(
  row: ReadableToken,
  { minTtlMs, renewalTried }: { minTtlMs: number | undefined; renewalTried: boolean },
): ReadDecision {
  const { expiresAt, issuedAt, readAt } = row;
  return decideRead({
    state: row.state as ConnectionState,
    remainingMs: expiresAt && expiresAt.getTime() - readAt.getTime(),
    lifetimeMs: expiresAt && issuedAt && expiresAt.getTime() - issuedAt.getTime(),
    minTtlMs,
    renewable: row.renewable && row.integrationState === 'active',
    renewalTried: renewalTried || waitsToTryAgain(row),
  });
}

/** After a failed renewal the schedule decides when to ask the provider again; readers do not hurry it. */
export function waitsToTryAgain({ state, refreshDueAt, readAt }: ReadableToken): boolean {
  return state === 'degraded' && refreshDueAt !== null && refreshDueAt > readAt;
}

export function hasToken(row: ReadableToken): row is StoredToken {
  return row.slot !== null && row.slotId !== null && row.generation !== null;
}

const details: Partial<Record<ProblemSlug, string>> = {
  'connection-pending': 'Confirm it: POST /v1/connect-sessions/{id}/confirm.',
  'needs-reauthorization': 'Send its end user a new connect link, with `connection` set to it.',
  'connection-paused': 'Resume it: PATCH /v1/connections/{id} with { "paused": false }.',
  'connection-quarantined': 'Its tokens may be stale; nothing is served until that is known.',
  'connection-revoked': 'A new consent makes a new connection.',
  'connection-expired': 'A new consent makes a new connection.',
  'integration-paused': 'The provider refuses its client: correct its client_id or client_secret.',
  'min-ttl-unsatisfiable': 'Its tokens live shorter than min_ttl asks for.',
  'provider-unavailable': 'The token could not be renewed yet; renewal goes on.',
};

/** The problem of a read, with what to do. */
export function readProblem(slug: ProblemSlug, row: ReadableToken): Problem {
  const paused = row.renewable && row.integrationState === 'paused' && slug === 'needs-reauthorization';
  const told = paused ? 'integration-paused' : slug;
  const members = row.reason ? { reason: row.reason.code } : undefined;
  return new Problem(told, details[told], {
    ...(members && { members }),
    ...(told === 'provider-unavailable' && { retryAfterSeconds: retryAfter(row) }),
  });
}

function retryAfter({ refreshDueAt, readAt }: ReadableToken): number {
  const seconds = refreshDueAt ? (refreshDueAt.getTime() - readAt.getTime()) / 1_000 : 0;
  return Math.min(Math.max(Math.ceil(seconds), 1), 300);
}
