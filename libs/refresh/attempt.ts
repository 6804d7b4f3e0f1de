import type { ConnectionState, EffectiveRotation, RefreshTiming } from '#oauth';

/** Which refresh is meant: the generation of a slot that it sets out from. */
export interface RefreshTarget {
  workspace: string;
  connection: string;
  slot: string;
  generation: number;
}

/** What the rules look at in a slot, as it was loaded. Durations in ms, by the database's clock. */
export interface SlotFacts {
  state: ConnectionState;
  /** Pausing is of the integration's client: one request at a time tries whether it works again. */
  integrationState: 'draft' | 'active' | 'paused';
  pausedReason: string | null;
  generation: number;
  fence: number;
  leased: boolean;
  openAttempt: string | null;
  /** How long a provider that answered 429 to this slot still has to be left alone; 0: not at all. */
  throttledMs: number;
  /** Failed attempts in a row. */
  failures: number;
  /** What it can be renewed with; null: nothing. */
  renewal: {
    rotation: EffectiveRotation;
    introspection: boolean;
    /** Of the access token in hand; null: not known to expire. */
    remainingMs: number | null;
    lifetimeMs: number | null;
  } | null;
}

/** A refresh whose intent is committed. `facts` carries what the ports need to send, seal and install. */
export interface Attempt<F extends SlotFacts = SlotFacts> extends RefreshTarget {
  id: string;
  fence: number;
  facts: F & { renewal: NonNullable<F['renewal']> };
  timing: RefreshTiming;
  /** Monotonic, ms: before T1 began. */
  begunAt: number;
  /** By the database's clock: how long before `begunAt` its first request may have gone out; 0 for a new one. */
  olderByMs: number;
  /** Monotonic, ms: later than this its request must not be written, for the window in which it is harmless closes. */
  writeBefore?: number;
  /** Its end was not known once before: what is refused now may have been used up then. */
  afterAmbiguity: boolean;
}

/** How a refresh ended for whoever asked. */
export interface RefreshEnd {
  /** `deferred`: nothing was begun; try again in `retryAfterMs`. */
  outcome: 'refreshed' | 'superseded' | 'failed' | 'busy' | 'refused' | 'deferred';
  failureClass?: string;
  errorCode?: string;
  retryAfterMs?: number;
}

/** An attempt that nobody closed, as the resolver finds it. */
export interface OpenAttempt<F extends SlotFacts = SlotFacts> {
  id: string;
  target: RefreshTarget;
  /** Undefined where the connection or the slot is gone. */
  facts: F | undefined;
  /** By the database's clock. */
  sinceStartMs: number;
  /** An answer that is landed and not known to be beyond understanding. */
  landed: Buffer | undefined;
  /** Whether a worker that is down may hold its answer in a spool. */
  spoolMayHold: boolean;
}
