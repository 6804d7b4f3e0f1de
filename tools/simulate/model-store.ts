import { promotableStates, type RefreshTiming, type TokenAnswer } from '#oauth';
import type {
  Attempt,
  BeginTerms,
  FailureEffect,
  OpenAttempt,
  RefreshEnd,
  RefreshStore,
  RefreshTarget,
} from '#refresh';
import type { ModelAttempt, ModelDatabase, ModelFacts, ModelSlot } from './model-database.js';

/** What a worker sees of the database: the port's methods, each one atomic. */
export class ModelStore implements RefreshStore<ModelFacts> {
  constructor(
    private readonly database: ModelDatabase,
    private readonly worker: string,
  ) {}

  async load({ slot: name }: RefreshTarget): Promise<ModelFacts | undefined> {
    const { database } = this;
    const slot = database.slots.get(name);
    if (!slot) return undefined;
    const now = database.now();
    const { generation, fence, openAttempt, failures, refreshToken, accessToken, lifetimeMs } = slot;
    return {
      ...{ generation, fence, openAttempt, failures, refreshToken, accessToken },
      state: database.state,
      integrationState: database.integrationState,
      pausedReason: null,
      leased: slot.leaseUntil > now,
      throttledMs: Math.max(0, slot.throttledUntil - now),
      renewal: {
        rotation: database.rotation,
        introspection: database.introspection,
        remainingMs: slot.expiresAt - now,
        lifetimeMs,
      },
    };
  }

  async begin(
    target: RefreshTarget,
    { fence }: ModelFacts,
    { timing }: BeginTerms,
  ): Promise<{ id: string; fence: number } | undefined> {
    const { database } = this;
    const slot = database.slots.get(target.slot)!;
    const now = database.now();
    if (slot.generation !== target.generation || slot.fence !== fence) return undefined;
    if (slot.openAttempt !== null || slot.leaseUntil > now) return undefined;
    const id = database.newAttemptId();
    Object.assign(slot, { fence: fence + 1, leaseUntil: now + timing.leaseMs, openAttempt: id });
    database.attempts.set(id, {
      id,
      worker: this.worker,
      target,
      startedAt: now,
      deadline: now + timing.deadlineMs,
      resolveAt: slot.leaseUntil,
      closed: false,
    });
    return { id, fence: slot.fence };
  }

  async claimProbe(_target: RefreshTarget, _facts: ModelFacts, everyMs: number): Promise<boolean> {
    const { database } = this;
    if (database.integrationState !== 'paused' || database.now() - database.probedAt < everyMs) return false;
    database.probedAt = database.now();
    return true;
  }

  async takeOver(
    { id, target, facts }: OpenAttempt<ModelFacts>,
    { leaseMs }: RefreshTiming,
  ): Promise<{ fence: number; landed: Buffer | undefined } | undefined> {
    const slot = this.database.slots.get(target.slot)!;
    const now = this.database.now();
    if (slot.generation !== target.generation || slot.fence !== facts!.fence) return undefined;
    if (slot.leaseUntil > now || (slot.openAttempt !== null && slot.openAttempt !== id)) return undefined;
    Object.assign(slot, { fence: slot.fence + 1, leaseUntil: now + leaseMs, openAttempt: id });
    this.database.attempts.get(id)!.resolveAt = now + leaseMs;
    return { fence: slot.fence, landed: this.landedOf(id) };
  }

  async renewLease({ slot: name, fence, timing }: Attempt<ModelFacts>): Promise<boolean> {
    const slot = this.database.slots.get(name)!;
    if (slot.fence !== fence || slot.leaseUntil === 0) return false;
    slot.leaseUntil = this.database.now() + timing.leaseMs;
    return true;
  }

  async land(_workspace: string, id: string, sealed: Buffer): Promise<void> {
    this.database.everLanded.set(id, [...(this.database.everLanded.get(id) ?? []), sealed]);
    if (this.database.sabotage === 'never-lands') return;
    const row = this.database.attempts.get(id)!;
    if (row.closed) Object.assign(row, { closed: false, resolveAt: this.database.now() });
    const known = this.database.landings.get(id);
    if (known && known.state !== 'quarantined') return;
    this.database.landings.set(id, { state: 'landed', sealed });
  }

  async promote(attempt: Attempt<ModelFacts>, answer: TokenAnswer, ageMs: number): Promise<RefreshEnd> {
    const { database } = this;
    const slot = database.slots.get(attempt.slot)!;
    const resurrects = database.sabotage === 'resurrects';
    const permitted = resurrects || promotableStates.includes(database.state);
    if (!permitted || slot.generation !== attempt.generation || (slot.fence !== attempt.fence && !resurrects))
      return this.keep(attempt, slot, permitted);
    const [tokens] = answer.tokens;
    const lifetimeMs = tokens.expiresInMs!;
    Object.assign(slot, {
      generation: slot.generation + 1,
      openAttempt: null,
      leaseUntil: 0,
      failures: 0,
      refreshToken: tokens.refreshToken ?? attempt.facts.refreshToken,
      accessToken: tokens.accessToken,
      lifetimeMs,
      expiresAt: database.now() + lifetimeMs - ageMs,
      dueAt: database.dueAt(lifetimeMs, ageMs),
      claimedUntil: 0,
    });
    database.apply('refreshed');
    database.attempts.get(attempt.id)!.closed = true;
    database.landings.delete(attempt.id);
    database.integrationState = 'active';
    return { outcome: 'refreshed' };
  }

  private keep({ id, generation }: Attempt<ModelFacts>, slot: ModelSlot, permitted: boolean): RefreshEnd {
    const row = this.database.attempts.get(id)!;
    if (permitted && slot.generation === generation && slot.openAttempt === id) {
      row.resolveAt = this.database.now();
      return { outcome: 'busy' };
    }
    const landing = this.database.landings.get(id);
    if (landing) {
      landing.state = 'orphaned';
      Object.assign(row, { closed: false, resolveAt: this.database.now() });
    }
    return { outcome: 'superseded' };
  }

  async fail(attempt: Attempt<ModelFacts>, effect: FailureEffect): Promise<boolean> {
    const { database } = this;
    const slot = database.slots.get(attempt.slot)!;
    const row = database.attempts.get(attempt.id)!;
    if (slot.fence !== attempt.fence || slot.generation !== attempt.generation) {
      if (slot.openAttempt !== attempt.id) row.closed = true;
      return false;
    }
    const landing = database.landings.get(attempt.id);
    if (effect.trigger === 'reauthorization_required') {
      const kept = landing?.state === 'landed' ? row : this.adoptOrphan(attempt, slot, row);
      if (kept) {
        Object.assign(slot, { leaseUntil: 0, claimedUntil: 0, dueAt: null, fence: slot.fence + 1 });
        kept.resolveAt = database.now();
        return true;
      }
    }
    if (landing && effect.quarantineLanding) landing.state = 'quarantined';
    if (effect.integration === 'pause') database.integrationState = 'paused';
    if (effect.integration === 'resume') database.integrationState = 'active';
    const now = database.now();
    Object.assign(slot, { leaseUntil: 0, claimedUntil: 0 });
    slot.fence += 1;
    slot.dueAt = effect.dueInMs === null ? null : now + effect.dueInMs;
    slot.throttledUntil = effect.failure.class === 'THROTTLED' ? (slot.dueAt ?? 0) : 0;
    if (effect.countsAsFailure) slot.failures += 1;
    if ('resolveInMs' in effect.attempt) {
      row.resolveAt = now + effect.attempt.resolveInMs;
    } else {
      row.closed = true;
      slot.openAttempt = null;
    }
    if (effect.trigger) database.apply(effect.trigger);
    return true;
  }

  private adoptOrphan(
    { slot: name, generation }: Attempt<ModelFacts>,
    slot: ModelSlot,
    refused: ModelAttempt,
  ): ModelAttempt | undefined {
    const { attempts, landings } = this.database;
    const orphan = [...attempts.values()].findLast(
      ({ id, target }) =>
        landings.get(id)?.state === 'orphaned' &&
        target.slot === name &&
        (target.generation === generation || target.generation === generation - 1),
    );
    if (!orphan) return undefined;
    refused.closed = true;
    landings.get(orphan.id)!.state = 'landed';
    orphan.target = { ...orphan.target, generation };
    orphan.closed = false;
    slot.openAttempt = orphan.id;
    return orphan;
  }

  async findOpen(_workspace: string, id: string): Promise<OpenAttempt<ModelFacts> | undefined> {
    const row = this.database.attempts.get(id);
    if (!row || row.closed) return undefined;
    const worker = this.database.workers.get(row.worker);
    const drained =
      worker !== undefined &&
      (worker.drainedAt > row.deadline ||
        (worker.startedAt > row.startedAt && worker.drainedAt > worker.startedAt));
    return {
      id,
      target: row.target,
      facts: await this.load(row.target),
      sinceStartMs: this.database.now() - row.startedAt,
      landed: this.landedOf(id),
      spoolMayHold: worker !== undefined && !worker.givenUp && !drained && row.worker !== this.worker,
    };
  }

  async close(_workspace: string, id: string): Promise<void> {
    const { database } = this;
    if (database.landings.get(id)?.state !== 'landed') database.attempts.get(id)!.closed = true;
  }

  private landedOf(id: string): Buffer | undefined {
    const landing = this.database.landings.get(id);
    return landing && landing.state !== 'quarantined' ? landing.sealed : undefined;
  }

  async postpone(_workspace: string, id: string, inMs: number, attempt?: Attempt<ModelFacts>): Promise<void> {
    const slot = attempt && this.database.slots.get(attempt.slot)!;
    if (slot && slot.fence === attempt.fence)
      Object.assign(slot, { leaseUntil: 0, claimedUntil: 0, dueAt: null, fence: slot.fence + 1 });
    this.database.attempts.get(id)!.resolveAt = this.database.now() + inMs;
  }
}
