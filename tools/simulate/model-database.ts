import { refreshDue, transition, type ConnectionState, type EffectiveRotation } from '#oauth';
import type { RefreshTarget, SlotFacts } from '#refresh';

export interface ModelFacts extends SlotFacts {
  refreshToken: string;
  accessToken: string;
}

export interface ModelSlot {
  generation: number;
  fence: number;
  leaseUntil: number;
  openAttempt: string | null;
  dueAt: number | null;
  /** A planner put it into its queue; another looks again after a minute. */
  claimedUntil: number;
  throttledUntil: number;
  failures: number;
  refreshToken: string;
  accessToken: string;
  expiresAt: number;
  lifetimeMs: number;
}

export interface ModelAttempt {
  id: string;
  worker: string;
  target: RefreshTarget;
  startedAt: number;
  deadline: number;
  resolveAt: number;
  closed: boolean;
}

export interface ModelLanding {
  state: 'landed' | 'quarantined' | 'orphaned';
  sealed: Buffer;
}

/** The rows of one connection, and what each of the store's transactions does to them. */
export class ModelDatabase {
  state: ConnectionState = 'active';
  returnState: ConnectionState | null = null;
  integrationState: 'active' | 'paused' = 'active';
  probedAt = -Infinity;
  /** See simulate.ts. */
  sabotage: string | undefined;
  readonly slots = new Map<string, ModelSlot>();
  readonly attempts = new Map<string, ModelAttempt>();
  readonly landings = new Map<string, ModelLanding>();
  /** Every answer that a landing was confirmed for, whatever became of it. */
  readonly everLanded = new Map<string, Buffer[]>();
  readonly workers = new Map<string, { startedAt: number; drainedAt: number; givenUp: boolean }>();
  private count = 0;

  constructor(
    readonly now: () => number,
    readonly rotation: EffectiveRotation,
    readonly introspection: boolean,
    readonly random: () => number,
  ) {}

  addSlot(slot: string, refreshToken: string, accessToken: string, lifetimeMs: number): void {
    this.slots.set(slot, {
      generation: 1,
      fence: 0,
      leaseUntil: 0,
      openAttempt: null,
      dueAt: this.dueAt(lifetimeMs, 0),
      claimedUntil: 0,
      throttledUntil: 0,
      failures: 0,
      refreshToken,
      accessToken,
      expiresAt: this.now() + lifetimeMs,
      lifetimeMs,
    });
  }

  newAttemptId(): string {
    return `att-${++this.count}`;
  }

  apply(trigger: Parameters<typeof transition>[1]): void {
    const step = transition(this.state, trigger, this.returnState);
    if (!step.ok) return;
    this.state = step.to;
    this.returnState = step.returnTo;
  }

  /** Revoke and pause: whatever is in flight is cut off. */
  fenceOff(trigger: 'revoked' | 'paused'): void {
    this.apply(trigger);
    for (const slot of this.slots.values())
      Object.assign(slot, { fence: slot.fence + 1, dueAt: null, claimedUntil: 0, leaseUntil: 0 });
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.apply('resumed');
    for (const slot of this.slots.values()) Object.assign(slot, { dueAt: this.now(), claimedUntil: 0 });
  }

  dueAt(lifetimeMs: number, ageMs: number): number {
    const due = refreshDue({ lifetimeMs, renewable: true, jitter: this.random() })!;
    return this.now() + Math.max(0, due - ageMs);
  }

  /** When a planner or a resolver finds something to do. */
  nextWorkAt(): number {
    let next = Infinity;
    for (const slot of this.slots.values())
      if (slot.dueAt !== null) next = Math.min(next, Math.max(slot.dueAt, slot.claimedUntil));
    for (const attempt of this.attempts.values())
      if (!attempt.closed) next = Math.min(next, attempt.resolveAt);
    return next;
  }
}
