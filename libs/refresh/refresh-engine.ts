import { phaseOf, refreshableStates, refreshTiming, type Failure, type RawAnswer } from '#oauth';
import type { Attempt, RefreshEnd, RefreshTarget, SlotFacts } from './attempt.js';
import { failureEffect, probeEveryMs } from './failure-effect.js';
import { keepLease } from './lease.js';
import type { EnginePorts } from './ports.js';

/** One refresh from T1 to T2 (refresh-protocol, steps 2 to 7). Nothing else spends refresh tokens. */
export class RefreshEngine<F extends SlotFacts> {
  constructor(private readonly ports: EnginePorts<F>) {}

  async refresh(target: RefreshTarget, trigger: string): Promise<RefreshEnd & { attempt?: Attempt<F> }> {
    const begunAt = this.ports.clock.now();
    const facts = await this.ports.store.load(target);
    const refusal = refusalOf(target, facts);
    if (refusal) return refusal;
    const known = facts as Attempt<F>['facts'];
    const admission = await this.ports.gate.admit(target, known, false);
    if ('refusal' in admission) return admission.refusal;
    let end: RefreshEnd | undefined;
    try {
      const attempt = await this.beginFrom(target, known, trigger, begunAt);
      if ('outcome' in attempt) return attempt;
      end = await this.spend(attempt);
      return { ...end, attempt };
    } finally {
      admission.release(end);
    }
  }

  /** T1 alone, committed before the wire; nobody is asked whether the provider would like it. */
  async begin(target: RefreshTarget, trigger: string): Promise<Attempt<F> | RefreshEnd> {
    const begunAt = this.ports.clock.now();
    const facts = await this.ports.store.load(target);
    const refusal = refusalOf(target, facts);
    return refusal ?? this.beginFrom(target, facts as Attempt<F>['facts'], trigger, begunAt);
  }

  private async beginFrom(
    target: RefreshTarget,
    facts: Attempt<F>['facts'],
    trigger: string,
    begunAt: number,
  ): Promise<Attempt<F> | RefreshEnd> {
    const { store } = this.ports;
    if (facts.integrationState === 'paused' && !(await store.claimProbe(target, facts, probeEveryMs)))
      return pausedEnd(facts);
    const timing = refreshTiming(facts.renewal.rotation);
    const begun = await store.begin(target, facts, { trigger, timing });
    if (!begun) return refusalOf(target, await store.load(target)) ?? { outcome: 'busy' };
    return { ...target, ...begun, facts, timing, begunAt, olderByMs: 0, afterAmbiguity: false };
  }

  /** From the wire on; the intent is committed. Detached from whoever asked. */
  async spend(attempt: Attempt<F>): Promise<RefreshEnd> {
    const { endpoint } = this.ports;
    const lease = keepLease(attempt, this.ports);
    try {
      let raw: RawAnswer;
      try {
        raw = await endpoint.send(attempt, lease.holds);
      } catch (error) {
        return await this.fail(attempt, withoutAnswer(error));
      }
      return await this.receive(attempt, raw);
    } finally {
      lease.stop();
    }
  }

  /** Lands a good answer before anything looks at it (step 4), then takes it in. */
  async receive(attempt: Attempt<F>, raw: RawAnswer): Promise<RefreshEnd> {
    const good = raw.status >= 200 && raw.status < 300;
    if (good && !(await this.land(attempt, raw)))
      return { outcome: 'failed', failureClass: 'TRANSIENT', errorCode: 'database_unavailable' };
    return this.digest(attempt, raw);
  }

  /** A landing that was left behind. */
  async digestLanded(attempt: Attempt<F>, sealed: Buffer): Promise<RefreshEnd> {
    let raw: RawAnswer;
    try {
      raw = this.ports.seal.open(attempt, sealed);
    } catch {
      return this.fail(attempt, unreadable);
    }
    return this.digest(attempt, raw);
  }

  /** An answer that is landed, or needs no landing. */
  private async digest(attempt: Attempt<F>, raw: RawAnswer): Promise<RefreshEnd> {
    const read = this.ports.endpoint.read(attempt, raw);
    if (read.kind === 'failure') return this.fail(attempt, read.failure);
    // Since before the request left: a token is never thought to live longer than it does, whatever clocks did since.
    const ageMs = attempt.olderByMs + this.ports.clock.now() - attempt.begunAt;
    return this.ports.store.promote(attempt, read.answer, ageMs);
  }

  /** False where the database did not take it: it is then in the spool, and comes back from there. */
  private async land(attempt: Attempt<F>, raw: RawAnswer): Promise<boolean> {
    const { store, seal, spool, report } = this.ports;
    const { id, workspace } = attempt;
    const sealed = seal.seal(attempt, raw);
    try {
      await store.land(workspace, id, sealed);
      return true;
    } catch (error) {
      report({ what: 'spooled', attempt: id, error });
    }
    try {
      await spool.write({ workspace, attempt: id, sealed });
      return false;
    } catch (error) {
      // All that is left is to install it at once, from memory.
      report({ what: 'nowhere-to-land', attempt: id, error });
      return true;
    }
  }

  private async fail(attempt: Attempt<F>, failure: Failure): Promise<RefreshEnd> {
    const { store, gate, random } = this.ports;
    const refused = failure.class === 'REAUTHORIZE';
    const doubted = refused && gate.refusalsAreDoubted(attempt);
    const effect = failureEffect(attempt, failure, { random: random(), doubted });
    if (!(await store.fail(attempt, effect))) {
      if (refused) gate.takeBackRefusal(attempt);
      return { outcome: 'superseded' };
    }
    const againMs = 'resolveInMs' in effect.attempt ? effect.attempt.resolveInMs : effect.dueInMs;
    return {
      outcome: 'failed',
      failureClass: failure.class,
      errorCode: failure.code,
      retryAfterMs: failure.retryAfterMs ?? againMs ?? undefined,
    };
  }
}

/** Why a slot as loaded is not to be refreshed; undefined: it is. */
function refusalOf(target: RefreshTarget, facts: SlotFacts | undefined): RefreshEnd | undefined {
  if (!facts) return { outcome: 'refused' };
  if (facts.generation !== target.generation) return { outcome: 'superseded' };
  if (facts.openAttempt !== null || facts.leased) return { outcome: 'busy' };
  if (!facts.renewal || facts.integrationState === 'draft' || !refreshableStates.includes(facts.state))
    return { outcome: 'refused' };
  // As told, whoever asks.
  if (facts.throttledMs > 0)
    return {
      outcome: 'failed',
      failureClass: 'THROTTLED',
      errorCode: 'throttled',
      retryAfterMs: facts.throttledMs,
    };
  return undefined;
}

function pausedEnd({ pausedReason }: SlotFacts): RefreshEnd {
  return { outcome: 'refused', failureClass: 'CLIENT_CONFIG', errorCode: pausedReason ?? undefined };
}

const unreadable: Failure = {
  class: 'PROTOCOL',
  code: 'landing_not_understood',
  recognised: false,
  mayHaveSpent: true,
};

function withoutAnswer(error: unknown): Failure {
  const code = (error as { code?: unknown }).code;
  const ambiguous = phaseOf(error) === 'ambiguous';
  return {
    class: ambiguous ? 'AMBIGUOUS' : 'TRANSIENT',
    code: typeof code === 'string' ? code.replaceAll('-', '_') : 'request_failed',
    recognised: true,
    mayHaveSpent: ambiguous,
  };
}
