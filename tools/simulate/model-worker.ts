import { decodeRawAnswer, encodeRawAnswer, interpretTokenAnswer, standardTokenRules } from '#oauth';
import { AttemptResolver, RefreshEngine, type EnginePorts, type OpenAttempt } from '#refresh';
import type { ModelFacts } from './model-database.js';
import { ModelStore } from './model-store.js';
import { ModelNetwork } from './model-network.js';
import type { Surroundings } from './surroundings.js';

const tickMs = 1_000;
const spoolsFirstMs = 3_000;
const claimMs = 60_000;
const vocabulary = { codeAt: standardTokenRules.errorCodes, codes: {}, patterns: [] };

/** One process after another on one disk: the production engine between a database, a provider and a clock that lie in wait. */
export class ModelWorker {
  /** Outlives the process. */
  readonly spool = new Map<string, Buffer>();
  private life = 0;
  private isRunning = false;
  private pausedUntil = 0;
  wallOffsetMs = 0;
  private readonly network: ModelNetwork;
  private nextTickAt = Infinity;
  private notBefore = 0;
  private engine!: RefreshEngine<ModelFacts>;
  private resolver!: AttemptResolver<ModelFacts>;
  private readonly inHand = new Set<string>();

  constructor(
    readonly id: string,
    private readonly around: Surroundings,
  ) {
    this.network = new ModelNetwork(this, around);
  }

  get running(): boolean {
    return this.isRunning;
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.life += 1;
    this.inHand.clear();
    const { world, database } = this.around;
    this.notBefore = world.now + spoolsFirstMs;
    const ports = this.ports();
    this.engine = new RefreshEngine(ports);
    this.resolver = new AttemptResolver(ports, this.engine);
    const known = database.workers.get(this.id);
    database.workers.set(this.id, {
      startedAt: world.now,
      drainedAt: known?.drainedAt ?? -1,
      givenUp: false,
    });
    this.nextTickAt = Infinity;
    this.wakeAt(world.now + world.between(0, tickMs));
  }

  crash(): void {
    this.isRunning = false;
    this.life += 1;
  }

  pause(forMs: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.around.world.now + forMs);
  }

  jump(byMs: number): void {
    this.wallOffsetMs += byMs;
  }

  /** A tick no later than that; there is nothing to do before. */
  wakeAt(at: number): void {
    if (!this.isRunning || at >= this.nextTickAt) return;
    this.nextTickAt = at;
    this.later(at - this.around.world.now, () => {
      if (this.nextTickAt !== at) return;
      this.nextTickAt = Infinity;
      void this.tick().catch(() => undefined);
    });
  }

  /** Somebody wants a token now. */
  refreshNow(slot: string): void {
    if (this.isRunning) void this.refresh(slot).catch(() => undefined);
  }

  private async tick(): Promise<void> {
    const { world, database } = this.around;
    // The next one, whatever becomes of this.
    this.wakeAt(Math.max(world.now + tickMs, Math.min(database.nextWorkAt(), world.now + 30_000)));
    try {
      await this.drain();
      await this.call(() => undefined);
    } catch (error) {
      this.notBefore = world.now + spoolsFirstMs;
      this.wakeAt(world.now + tickMs);
      throw error;
    }
    for (const [name, slot] of database.slots)
      if (slot.dueAt !== null && slot.dueAt <= world.now && slot.claimedUntil <= world.now) {
        slot.claimedUntil = world.now + claimMs;
        void this.refresh(name).catch(() => undefined);
      }
    if (world.now < this.notBefore) return this.wakeAt(this.notBefore);
    for (const { id, closed, resolveAt } of database.attempts.values())
      if (!closed && resolveAt <= world.now) this.resolve(id);
  }

  private async refresh(slot: string): Promise<void> {
    const { generation } = this.around.database.slots.get(slot)!;
    if (this.inHand.has(slot)) return;
    this.inHand.add(slot);
    const { engine } = this;
    await engine
      .refresh({ workspace: 'w', connection: 'c', slot, generation }, 'planned')
      .finally(() => this.inHand.delete(slot));
  }

  private resolve(id: string): void {
    if (this.inHand.has(id)) return;
    this.inHand.add(id);
    this.resolver
      .resolve('w', id)
      .catch(() => undefined)
      .finally(() => this.inHand.delete(id));
  }

  private async drain(): Promise<void> {
    const { database, world } = this.around;
    for (const [id, sealed] of this.spool) {
      await this.call(() => {
        const store = new ModelStore(database, this.id);
        return store.land('w', id, sealed);
      });
      this.spool.delete(id);
    }
    await this.call(() => {
      database.workers.get(this.id)!.drainedAt = world.now;
    });
  }

  private ports(): EnginePorts<ModelFacts> {
    const { world, database } = this.around;
    return {
      store: this.store(new ModelStore(database, this.id)),
      endpoint: {
        send: (attempt, holds) => this.network.send(attempt, holds),
        read: ({ slot }, raw) =>
          interpretTokenAnswer({ tokens: standardTokenRules, failures: vocabulary, raw, slot }),
        ask: (attempt, of) => this.network.ask(attempt, of),
        settleOrphan: (open, sealed) => this.settle(open, sealed),
      },
      seal: {
        seal: (_attempt, raw) => encodeRawAnswer(raw),
        open: (_attempt, sealed) => decodeRawAnswer(sealed),
      },
      spool: { write: async ({ attempt, sealed }) => this.write(attempt, sealed) },
      clock: { now: () => world.now, every: (ms, work) => this.every(ms, work) },
      gate: {
        admit: async () => ({ release: () => undefined }),
        refusalsAreDoubted: () => false,
        takeBackRefusal: () => undefined,
      },
      random: world.random,
      report: () => undefined,
    };
  }

  /** Every method of the port over a network: it takes time, may not come through, and its answer may come to nobody. */
  private store(inner: ModelStore): ModelStore {
    return new Proxy(inner, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...parameters: unknown[]) => Promise<unknown>;
        return (...parameters: unknown[]) =>
          this.call(async () => {
            const result = await method.apply(target, parameters);
            this.around.world.tell(
              this.id,
              String(name),
              JSON.stringify(parameters),
              '->',
              JSON.stringify(result),
            );
            return result;
          });
      },
    });
  }

  private call<T>(work: () => T | Promise<T>): Promise<T> {
    const { world, databaseIsUp, unrest } = this.around;
    return new Promise((resolve, reject) => {
      const fail = () => this.later(world.between(0, 50), () => reject(new Error('database gone')));
      // What was sent arrives, even if its sender is dead by then; unless it was cut off on the way.
      world.after(world.between(0.1, 3) * (world.chance(unrest() * 0.02) ? 1_000 : 1), () => {
        if (!databaseIsUp() || world.chance(unrest() * 0.01)) return fail();
        void Promise.resolve(work()).then((result) => {
          if (world.chance(unrest() * 0.01)) return fail();
          this.later(world.between(0.1, 3), () => resolve(result));
        });
      });
    });
  }

  private async write(attempt: string, sealed: Buffer): Promise<void> {
    await new Promise<void>((resolve) => this.later(1, resolve));
    this.spool.set(attempt, sealed);
  }

  private async settle({ id, facts, target }: OpenAttempt<ModelFacts>, sealed: Buffer): Promise<string> {
    const { database, provider } = this.around;
    const read = interpretTokenAnswer({
      tokens: standardTokenRules,
      failures: vocabulary,
      raw: decodeRawAnswer(sealed),
      slot: target.slot,
    });
    const ended = facts?.state === 'revoking' || facts?.state === 'revoked';
    await this.call(() => {
      if (ended && read.kind === 'tokens') provider.revoke(read.answer.tokens[0].refreshToken ?? '');
      const landing = database.landings.get(id);
      if (landing) landing.state = 'orphaned';
      database.attempts.get(id)!.closed = true;
    });
    return 'orphan';
  }

  private every(ms: number, work: () => void): () => void {
    let stopped = false;
    const again = () =>
      this.later(ms, () => {
        if (stopped) return;
        work();
        again();
      });
    again();
    return () => {
      stopped = true;
    };
  }

  /** In this process: not where it is dead by then, and not while it stands still. */
  later(inMs: number, run: () => void): void {
    const { world } = this.around;
    const { life } = this;
    const attempt = (): void => {
      if (life !== this.life) return;
      if (this.pausedUntil > world.now) return world.after(this.pausedUntil - world.now, attempt);
      run();
    };
    world.after(inMs, attempt);
  }
}
