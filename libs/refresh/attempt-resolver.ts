import {
  promotableStates,
  refreshableStates,
  refreshTiming,
  resolveAmbiguous,
  type Resolution,
} from '#oauth';
import type { Attempt, OpenAttempt, RefreshEnd, SlotFacts } from './attempt.js';
import type { EnginePorts } from './ports.js';
import type { RefreshEngine } from './refresh-engine.js';

/** How long before somebody looks again at what cannot be decided now (paused, leased by a living worker). */
const laterMs = 5_000;

/** Step 6: brings attempts to an end whose worker could not. */
export class AttemptResolver<F extends SlotFacts> {
  constructor(
    private readonly ports: EnginePorts<F>,
    private readonly engine: RefreshEngine<F>,
  ) {}

  /** Answers what was done, in a word. */
  async resolve(workspace: string, id: string): Promise<string> {
    const { store, endpoint, clock } = this.ports;
    const begunAt = clock.now();
    const open = await store.findOpen(workspace, id);
    if (!open) return 'gone';
    const { landed, facts, target } = open;
    const stands =
      facts !== undefined &&
      facts.generation === target.generation &&
      (landed !== undefined || facts.openAttempt === id) &&
      promotableStates.includes(facts.state);
    if (!stands && landed) return endpoint.settleOrphan(open, landed);
    if (!stands) return mayBringOrphan(open) ? this.wait(open) : this.close(open);
    const mayAct =
      facts.renewal !== null && (landed !== undefined || refreshableStates.includes(facts.state));
    const taken = mayAct ? await this.takeOver(open, facts as Attempt<F>['facts'], begunAt) : undefined;
    if (!taken) return this.wait(open);
    const { attempt } = taken;
    if (taken.landed) return (await this.engine.digestLanded(attempt, taken.landed)).outcome;
    return this.resolveUnlanded(attempt, open);
  }

  private async takeOver(
    open: OpenAttempt<F>,
    facts: Attempt<F>['facts'],
    begunAt: number,
  ): Promise<{ attempt: Attempt<F>; landed: Buffer | undefined } | undefined> {
    const timing = refreshTiming(facts.renewal.rotation);
    const taken = await this.ports.store.takeOver(open, timing);
    if (!taken) return undefined;
    const { fence, landed } = taken;
    const { id, target, sinceStartMs: olderByMs } = open;
    const attempt = { ...target, id, fence, facts, timing, begunAt, olderByMs, afterAmbiguity: true };
    return { attempt, landed };
  }

  private async resolveUnlanded(attempt: Attempt<F>, open: OpenAttempt<F>): Promise<string> {
    let resolution = this.decide(attempt, open, 'not-asked');
    if (resolution.action === 'ask-liveness')
      resolution = this.decide(attempt, open, await this.ports.endpoint.ask(attempt, resolution.of));
    if (resolution.action === 'retry-now') return this.retry(attempt, resolution);
    const inMs = resolution.action === 'retry-late' ? resolution.inMs : laterMs;
    await this.ports.store.postpone(attempt.workspace, attempt.id, inMs, attempt);
    return resolution.action;
  }

  private async retry(
    attempt: Attempt<F>,
    resolution: Extract<Resolution, { action: 'retry-now' }>,
  ): Promise<string> {
    const { clock, gate, store } = this.ports;
    if (resolution.why === 'within-window') {
      const writeBefore = clock.now() + resolution.withinMs;
      return (await this.engine.spend({ ...attempt, writeBefore })).outcome;
    }
    const admission = await gate.admit(attempt, attempt.facts, true);
    if ('refusal' in admission) {
      const inMs = admission.refusal.retryAfterMs ?? laterMs;
      await store.postpone(attempt.workspace, attempt.id, inMs, attempt);
      return 'not-admitted';
    }
    let end: RefreshEnd | undefined;
    try {
      end = await this.engine.spend(attempt);
      return end.outcome;
    } finally {
      admission.release(end);
    }
  }

  private decide(
    { facts, olderByMs, begunAt }: Attempt<F>,
    { spoolMayHold }: OpenAttempt<F>,
    liveness: 'not-asked' | 'alive' | 'dead' | 'unknown',
  ): Resolution {
    const { rotation, introspection, remainingMs, lifetimeMs } = facts.renewal;
    const passedMs = this.ports.clock.now() - begunAt;
    return resolveAmbiguous({
      rotation,
      sinceFirstSendMs: olderByMs + passedMs,
      accessTokenRemainingMs: remainingMs === null ? null : remainingMs - passedMs,
      accessTokenLifetimeMs: lifetimeMs,
      introspection,
      liveness,
      spoolMayHold,
    });
  }

  private async close({ id, target }: OpenAttempt<F>): Promise<string> {
    await this.ports.store.close(target.workspace, id);
    return 'closed';
  }

  /** No longer than its lease is: where the window is short, there is no time to lose once its worker dies. */
  private async wait({ id, target, facts }: OpenAttempt<F>): Promise<string> {
    const leaseMs = facts?.renewal ? refreshTiming(facts.renewal.rotation).leaseMs : laterMs;
    await this.ports.store.postpone(target.workspace, id, Math.min(laterMs, leaseMs));
    return 'waits';
  }
}

/** While a connection's end is being verified, an answer in a spool is tokens that nobody has revoked. */
function mayBringOrphan({ facts, spoolMayHold }: OpenAttempt): boolean {
  return facts?.state === 'revoking' && spoolMayHold;
}
