import type { InterpretedAnswer, RawAnswer, RefreshTiming, TokenAnswer } from '#oauth';
import type { Attempt, OpenAttempt, RefreshEnd, RefreshTarget, SlotFacts } from './attempt.js';
import type { FailureEffect } from './failure-effect.js';

/** T1's terms. */
export interface BeginTerms {
  trigger: string;
  timing: RefreshTiming;
}

/**
 * Postgres, or its model. Each method is one committed transaction; each decides by fence and generation. All throw where
 * the database cannot be reached, and then may have done their work or not.
 */
export interface RefreshStore<F extends SlotFacts> {
  load(target: RefreshTarget): Promise<F | undefined>;
  /** Takes the lease under a new fence and writes the intent. Undefined where the slot is not as loaded any more. */
  begin(
    target: RefreshTarget,
    facts: F,
    terms: BeginTerms,
  ): Promise<{ id: string; fence: number } | undefined>;
  /** True for one caller every `everyMs`: a paused integration is tried, but not by everybody. */
  claimProbe(target: RefreshTarget, facts: F, everyMs: number): Promise<boolean>;
  /**
   * The resolver's T1, of an attempt whose lease has run out: the new fence, and what is landed under it (which may be more
   * than was found before). Undefined where it is not to be had.
   */
  takeOver(
    open: OpenAttempt<F>,
    timing: RefreshTiming,
  ): Promise<{ fence: number; landed: Buffer | undefined } | undefined>;
  /** False where the lease is no longer ours. */
  renewLease(attempt: Attempt<F>): Promise<boolean>;
  land(workspace: string, attempt: string, sealed: Buffer): Promise<void>;
  /** T2: the compare-and-swap. What cannot be installed is kept: for the resolver (`busy`), or as an orphan (`superseded`). */
  promote(attempt: Attempt<F>, answer: TokenAnswer, ageMs: number): Promise<RefreshEnd>;
  /** False where fence or generation moved: the loser judges nobody. Nor does a refusal where an answer landed meanwhile. */
  fail(attempt: Attempt<F>, effect: FailureEffect): Promise<boolean>;
  findOpen(workspace: string, attempt: string): Promise<OpenAttempt<F> | undefined>;
  /** Its end no longer matters to anybody; unless an answer landed since. */
  close(workspace: string, attempt: string): Promise<void>;
  /** The resolver looks again in `inMs`; with `attempt`, its lease is given back. */
  postpone(workspace: string, id: string, inMs: number, attempt?: Attempt<F>): Promise<void>;
}

/** The authorization server. */
export interface TokenEndpoint<F extends SlotFacts> {
  /** The whole answer, or what was thrown: see phaseOf. `holds` is asked just before the first byte is written. */
  send(attempt: Attempt<F>, holds: () => boolean): Promise<RawAnswer>;
  /** Pure: what an answer means. */
  read(attempt: Attempt<F>, raw: RawAnswer): InterpretedAnswer;
  ask(attempt: Attempt<F>, of: 'access_token' | 'refresh_token'): Promise<'alive' | 'dead' | 'unknown'>;
  /** An answer whose place is taken: revoked at the provider, or kept. Answers what was done, in a word. */
  settleOrphan(open: OpenAttempt<F>, sealed: Buffer): Promise<string>;
}

/** Answers at rest. */
export interface AnswerSeal<F extends SlotFacts> {
  seal(attempt: Attempt<F>, raw: RawAnswer): Buffer;
  /** @throws where the bytes are not what was sealed for this attempt */
  open(attempt: Attempt<F>, sealed: Buffer): RawAnswer;
}

/** A disk of this worker's own, for answers that the database could not take. */
export interface AnswerSpool {
  write(answer: { workspace: string; attempt: string; sealed: Buffer }): Promise<void>;
}

/** Monotonic time and timers: nothing here looks at a wall clock. */
export interface Clock {
  now(): number;
  /** Calls `work` every `ms` until the answer is called. */
  every(ms: number, work: () => void): () => void;
}

/** A place among the requests under way at a provider, to be given back with how it ended; or why there is none. */
export type Admission = { release: (end: RefreshEnd | undefined) => void } | { refusal: RefreshEnd };

/** What the provider, or its operator, lets us ask of it. */
export interface Gate<F extends SlotFacts> {
  /** `inDoubt`: a token is to be spent again. Never asked where a window closes meanwhile. */
  admit(target: RefreshTarget, facts: F, inDoubt: boolean): Promise<Admission>;
  /** Whether the provider refuses so many that it says nothing about this one. */
  refusalsAreDoubted(attempt: Attempt<F>): boolean;
  /** Who asked had lost the slot meanwhile (to a revocation, say): the refusal says nothing of the provider. */
  takeBackRefusal(attempt: Attempt<F>): void;
}

export interface EnginePorts<F extends SlotFacts> {
  store: RefreshStore<F>;
  endpoint: TokenEndpoint<F>;
  seal: AnswerSeal<F>;
  spool: AnswerSpool;
  clock: Clock;
  gate: Gate<F>;
  /** In [0, 1). */
  random: () => number;
  report: (what: EngineReport) => void;
}

/** What an operator should hear of. Never holds a token. */
export type EngineReport =
  | { what: 'spooled'; attempt: string; error: unknown }
  | { what: 'nowhere-to-land'; attempt: string; error: unknown }
  | { what: 'lease-not-renewed'; attempt: string; error: unknown };
