export const connectionStates = [
  'pending',
  'active',
  'degraded',
  'needs_reauthorization',
  'paused',
  'quarantined',
  'revoking',
  'revoked',
  'expired',
] as const;
export type ConnectionState = (typeof connectionStates)[number];

export const triggers = [
  /** A new consent is complete and, where asked for, confirmed. */
  'authorized',
  /** New tokens are installed. */
  'refreshed',
  /** A renewal failed and will be tried again. */
  'renewal_failed',
  /** The provider refuses the grant: only its user can help. */
  'reauthorization_required',
  /** Nothing is left to serve or to renew, or nobody confirmed in time. */
  'expired',
  'paused',
  'resumed',
  /** Its tokens may be stale (a restored database, an answer nobody understands). */
  'quarantined',
  /** Out of quarantine, as it was. */
  'released',
  'revoked',
  /** The provider was told, or cannot be, or was given up on. */
  'revocation_finished',
] as const;
export type Trigger = (typeof triggers)[number];

export type ConnectionEvent = `connection.${
  | 'authorized'
  | 'degraded'
  | 'recovered'
  | 'needs_reauthorization'
  | 'paused'
  | 'resumed'
  | 'quarantined'
  | 'expired'
  | 'revoking'
  | 'revoked'}`;

/** `return`: the state that was kept. `same`: nothing changes; `keep`: only the state to return to does. */
type Step =
  | { to: ConnectionState | 'return'; event: ConnectionEvent }
  | { to: 'same' }
  | { to: 'keep'; returnTo: ConnectionState };

const same: Step = { to: 'same' };
const authorized: Step = { to: 'active', event: 'connection.authorized' };
const recovered: Step = { to: 'active', event: 'connection.recovered' };
const degraded: Step = { to: 'degraded', event: 'connection.degraded' };
const dead: Step = { to: 'needs_reauthorization', event: 'connection.needs_reauthorization' };
const paused: Step = { to: 'paused', event: 'connection.paused' };
const quarantined: Step = { to: 'quarantined', event: 'connection.quarantined' };
const resumed: Step = { to: 'return', event: 'connection.resumed' };
const expired: Step = { to: 'expired', event: 'connection.expired' };
const revoking: Step = { to: 'revoking', event: 'connection.revoking' };

/** The one table. What is not in it is refused. Nothing leads out of `revoked`: a new consent makes a new connection. */
const table: Record<ConnectionState, Partial<Record<Trigger, Step>>> = {
  pending: { authorized, expired, paused, revoked: revoking },
  active: {
    authorized,
    refreshed: same,
    renewal_failed: degraded,
    reauthorization_required: dead,
    expired,
    paused,
    resumed: same,
    quarantined,
    revoked: revoking,
  },
  degraded: {
    authorized,
    refreshed: recovered,
    renewal_failed: same,
    reauthorization_required: dead,
    expired,
    paused,
    resumed: same,
    quarantined,
    revoked: revoking,
  },
  needs_reauthorization: {
    authorized,
    // A good answer that was thought lost turned up after all (spool, orphan).
    refreshed: recovered,
    renewal_failed: same,
    reauthorization_required: same,
    expired,
    paused,
    resumed: same,
    revoked: revoking,
  },
  // Paused stays paused, whatever else is learned meanwhile: that is for when it resumes.
  paused: {
    authorized: { to: 'keep', returnTo: 'active' },
    refreshed: { to: 'keep', returnTo: 'active' },
    renewal_failed: same,
    reauthorization_required: { to: 'keep', returnTo: 'needs_reauthorization' },
    quarantined: { to: 'keep', returnTo: 'quarantined' },
    paused: same,
    resumed,
    revoked: revoking,
  },
  quarantined: {
    authorized,
    refreshed: recovered,
    renewal_failed: same,
    reauthorization_required: dead,
    expired,
    paused,
    quarantined: same,
    released: resumed,
    revoked: revoking,
  },
  expired: { authorized, expired: same, revoked: revoking },
  revoking: {
    revoked: same,
    revocation_finished: { to: 'revoked', event: 'connection.revoked' },
  },
  revoked: { revoked: same, revocation_finished: same },
};

export type Transition =
  | {
      ok: true;
      /** False: nothing to write, nothing to tell. */
      changed: boolean;
      to: ConnectionState;
      returnTo: ConnectionState | null;
      event: ConnectionEvent | null;
    }
  | { ok: false; refusal: 'terminal' | 'not-permitted'; from: ConnectionState; trigger: Trigger };

/** What `trigger` makes of a connection in `from`, which would return to `returnTo`. */
export function transition(
  from: ConnectionState,
  trigger: Trigger,
  returnTo: ConnectionState | null = null,
): Transition {
  const step = table[from][trigger];
  if (!step) {
    const terminal = from === 'revoking' || from === 'revoked';
    return { ok: false, refusal: terminal ? 'terminal' : 'not-permitted', from, trigger };
  }
  if (step.to === 'same') return { ok: true, changed: false, to: from, returnTo, event: null };
  if (step.to === 'keep')
    return { ok: true, changed: step.returnTo !== returnTo, to: from, returnTo: step.returnTo, event: null };
  // Degraded where it was not kept: it serves what it has, and the next renewal says more.
  const to = step.to === 'return' ? (returnTo ?? 'degraded') : step.to;
  return { ok: true, changed: true, to, returnTo: keptBy(to, from, returnTo), event: step.event };
}

/** Quarantine and pause remember where they came from; a pause over a quarantine goes back to that first. */
function keptBy(
  to: ConnectionState,
  from: ConnectionState,
  returnTo: ConnectionState | null,
): ConnectionState | null {
  if (to === 'paused') return from;
  if (to !== 'quarantined') return null;
  return from === 'paused' || returnTo === 'quarantined' ? 'degraded' : from;
}

/** States whose token may be read. */
export const readableStates: readonly ConnectionState[] = ['active', 'degraded'];
/** States whose refresh token may be spent by schedule or on demand. */
export const refreshableStates: readonly ConnectionState[] = ['active', 'degraded'];
/** States into which an answer that did arrive is promoted, so that it is not lost. */
export const promotableStates: readonly ConnectionState[] = [
  'active',
  'degraded',
  'needs_reauthorization',
  'paused',
  'quarantined',
];
export const revocableStates: readonly ConnectionState[] = connectionStates.filter(
  (state) => state !== 'revoking' && state !== 'revoked',
);
/** States whose connection may be erased. */
export const erasableStates: readonly ConnectionState[] = ['revoked', 'expired'];

export type ReadRefusal =
  | 'connection-pending'
  | 'needs-reauthorization'
  | 'connection-paused'
  | 'connection-quarantined'
  | 'connection-revoked'
  | 'connection-expired';

const refusals: Record<ConnectionState, ReadRefusal | null> = {
  pending: 'connection-pending',
  active: null,
  degraded: null,
  needs_reauthorization: 'needs-reauthorization',
  paused: 'connection-paused',
  quarantined: 'connection-quarantined',
  revoking: 'connection-revoked',
  revoked: 'connection-revoked',
  expired: 'connection-expired',
};

/** The problem that a token read of this state answers; null: it is served. */
export function readRefusal(state: ConnectionState): ReadRefusal | null {
  return refusals[state];
}
