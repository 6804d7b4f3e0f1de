import { type ConnectionState, type ReadRefusal, readRefusal } from './connection-state.js';

/** How much life a reader gets who asks for none in particular: min(60 s, a quarter of the lifetime). */
export function defaultMinTtlMs(lifetimeMs: number): number {
  return Math.min(60_000, Math.floor(lifetimeMs / 4));
}

/** One token as a read finds it. Times in milliseconds. */
export interface TokenRead {
  state: ConnectionState;
  /** Null: not known to expire. */
  remainingMs: number | null;
  lifetimeMs: number | null;
  /** As the caller asked; absent: the default. */
  minTtlMs?: number;
  /** Whether it can be renewed: a refresh token, or client credentials, and nobody paused the integration. */
  renewable: boolean;
  /** The second look, after a renewal was tried. */
  renewalTried?: boolean;
}

/** Slugs of the problem catalogue. */
export type ReadProblem =
  ReadRefusal | 'min-ttl-unsatisfiable' | 'needs-reauthorization' | 'provider-unavailable';

export type ReadDecision =
  | { do: 'serve' }
  /** If that brings nothing newer, look again with `renewalTried`. */
  | { do: 'refresh-first' }
  | { do: 'problem'; slug: ReadProblem };

/** What a token read answers. Only an explicit `min_ttl` can be unsatisfiable; the default serves what is left. */
export function decideRead(read: TokenRead): ReadDecision {
  const refusal = readRefusal(read.state);
  if (refusal !== null) return problem(refusal);
  const { remainingMs, lifetimeMs, minTtlMs, renewable } = read;
  if (remainingMs === null) return { do: 'serve' };
  const lifetime = lifetimeMs ?? remainingMs;
  if (minTtlMs !== undefined && minTtlMs > lifetime) return problem('min-ttl-unsatisfiable');
  if (remainingMs > 0 && remainingMs >= wanted(read, lifetime)) return { do: 'serve' };
  if (renewable && !read.renewalTried) return { do: 'refresh-first' };
  if (minTtlMs === undefined && remainingMs > 0) return { do: 'serve' };
  if (renewable) return problem('provider-unavailable');
  return problem(remainingMs > 0 ? 'min-ttl-unsatisfiable' : 'needs-reauthorization');
}

/** A token renewed for this very read is a little younger than its lifetime by the time it is handed out. */
const handOverMs = 2000;

function wanted({ minTtlMs, renewalTried }: TokenRead, lifetimeMs: number): number {
  if (minTtlMs === undefined) return defaultMinTtlMs(lifetimeMs);
  return renewalTried ? Math.min(minTtlMs, lifetimeMs - Math.min(handOverMs, lifetimeMs / 4)) : minTtlMs;
}

const problem = (slug: ReadProblem): ReadDecision => ({ do: 'problem', slug });
