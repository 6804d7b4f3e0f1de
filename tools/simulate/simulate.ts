import {
  decodeRawAnswer,
  defaultMinTtlMs,
  effectiveRotation,
  interpretTokenAnswer,
  standardTokenRules,
} from '#oauth';
import { ModelProvider } from './model-provider.js';
import { ModelDatabase, type ModelSlot } from './model-database.js';
import { ModelWorker } from './model-worker.js';
import { longestMs, unrestMs, type Mishap, type Scenario } from './scenario.js';
import { World } from './world.js';

/** After the unrest: long enough for every lifetime, back-off and late retry to come to its end. */
const quietMs = 3 * 3_600_000;
const vocabulary = { codeAt: standardTokenRules.errorCodes, codes: {}, patterns: [] };

/** An engine made wrong on purpose: a simulation that does not find it proves nothing. */
export type Sabotage = 'resurrects' | 'retries-blindly' | 'never-lands';

interface Means {
  trace?: (line: string) => void;
  sabotage?: Sabotage;
}

/** Plays one history and answers which promises it broke. */
export async function simulate(scenario: Scenario, means: Means = {}): Promise<string[]> {
  const history = new History(scenario, means);
  await history.play();
  return history.broken;
}

class History {
  readonly broken: string[] = [];
  private readonly world: World;
  private readonly provider: ModelProvider;
  private readonly database: ModelDatabase;
  private readonly workers: ModelWorker[];
  private databaseDownUntil = 0;
  private answersWereLost = false;
  private revokedAt: { generations: number[] } | undefined;
  private readonly highest = new Map<string, number>();

  constructor(
    private readonly scenario: Scenario,
    { trace, sabotage }: Means,
  ) {
    const { seed, mode, graceSeconds, killsAccessToken: kills, lifetimeSeconds, slots } = scenario;
    const world = new World(seed);
    const killsAccessToken = kills && mode !== 'none';
    const accessLifetimeMs = lifetimeSeconds * 1_000;
    this.world = world;
    world.trace = trace;
    this.provider = new ModelProvider(world, {
      mode,
      graceMs: graceSeconds * 1_000,
      killsAccessToken,
      accessLifetimeMs,
    });
    const windowed = mode === 'B' || mode === 'C' || mode === 'D';
    const rotation = effectiveRotation({
      mode: sabotage === 'retries-blindly' ? 'none' : mode,
      killsAccessToken,
      graceSeconds: windowed ? graceSeconds : undefined,
    });
    this.database = new ModelDatabase(() => world.now, rotation, scenario.introspection, world.random);
    this.database.sabotage = sabotage;
    for (let nth = 0; nth < slots; nth++) {
      const { refreshToken, accessToken } = this.provider.grant();
      this.database.addSlot(`slot-${nth}`, refreshToken, accessToken, accessLifetimeMs);
    }
    const around = {
      world,
      provider: this.provider,
      database: this.database,
      databaseIsUp: () => world.now >= this.databaseDownUntil,
      onAnswerLost: () => {
        this.answersWereLost = true;
      },
      unrest: () => (world.now < unrestMs ? scenario.unrest : 0),
    };
    this.workers = Array.from(
      { length: scenario.workers },
      (_, nth) => new ModelWorker(`wrk-${nth}`, around),
    );
    this.provider.onReplay = (token, withinRules) => this.judgeReplay(token, withinRules);
  }

  async play(): Promise<void> {
    for (const worker of this.workers) worker.start();
    for (const mishap of this.scenario.mishaps) this.world.after(mishap.at, () => this.befall(mishap));
    for (let minute = 0; minute * 60_000 < unrestMs + quietMs; minute++) {
      await this.world.play(minute * 60_000);
      this.judgeGenerations();
      for (const worker of this.workers) worker.wakeAt(Math.max(this.world.now, this.database.nextWorkAt()));
      if (this.world.now > unrestMs + longestMs + 60_000 && this.isSettled()) break;
    }
    this.judgeEnd();
  }

  private befall(mishap: Mishap): void {
    const { world, database, provider } = this;
    if (world.trace) world.tell(JSON.stringify(mishap));
    const worker = 'worker' in mishap ? this.workers[mishap.worker % this.workers.length]! : undefined;
    switch (mishap.kind) {
      case 'crash':
        this.answersWereLost = true;
        worker!.crash();
        return world.after(mishap.forMs, () => worker!.start());
      case 'pause':
        this.answersWereLost = true;
        return worker!.pause(mishap.forMs);
      case 'clock-jump':
        return worker!.jump(mishap.byMs);
      case 'database-down':
        this.databaseDownUntil = Math.max(this.databaseDownUntil, world.now + mishap.forMs);
        return;
      case 'wrong-secret':
        provider.clientIsKnown = false;
        return world.after(mishap.forMs, () => {
          provider.clientIsKnown = true;
        });
      case 'paused':
        if (database.state === 'active' || database.state === 'degraded') database.fenceOff('paused');
        return world.after(mishap.forMs, () => database.resume());
      case 'refresh-now':
        return worker!.refreshNow(`slot-${mishap.at % this.scenario.slots}`);
      case 'revoke':
        return this.revoke();
    }
  }

  private revoke(): void {
    if (this.world.now < this.databaseDownUntil || this.revokedAt) return;
    this.database.fenceOff('revoked');
    const slots = [...this.database.slots.values()];
    this.revokedAt = { generations: slots.map(({ generation }) => generation) };
    for (const { refreshToken } of slots) this.provider.revoke(refreshToken);
  }

  /** No refresh token presented again beyond what its mode allows: where it destroys something that was still of use. */
  private judgeReplay(token: string, withinRules: boolean): void {
    this.world.tell('replay of', token, withinRules);
    if (withinRules || this.revokedAt) return;
    const { world, provider } = this;
    for (const [name, slot] of this.database.slots) {
      if (slot.refreshToken !== token) continue;
      const leftMs = provider.isAlive(slot.accessToken) ? slot.expiresAt - world.now : 0;
      const { mode } = this.database.rotation;
      // The answer of a retry may itself be lost, and then little is left of the next one's token too.
      if (leftMs > defaultMinTtlMs(slot.lifetimeMs) + 2_000)
        this.broke(
          `${mode}: a spent token was presented with ${Math.round(leftMs)} ms of ${name}'s life left`,
        );
      if (this.isHeld(slot)) this.broke(`${mode}: a spent token was presented though its answer had landed`);
      return;
    }
    this.broke('a spent token was presented that is not the newest');
  }

  /** Whether the answer to this generation's refresh was landed once. */
  private isHeld(slot: ModelSlot): boolean {
    return [...this.database.attempts.values()].some(({ id, target }) => {
      if (this.database.slots.get(target.slot) !== slot || target.generation !== slot.generation)
        return false;
      return this.tokensLandedBy(id).length > 0;
    });
  }

  private judgeGenerations(): void {
    for (const [name, { generation }] of this.database.slots) {
      if (generation < (this.highest.get(name) ?? 0)) this.broke(`${name} went back to ${generation}`);
      this.highest.set(name, generation);
    }
  }

  /** Everything is renewed and nothing is open. */
  private isSettled(): boolean {
    const { database, world } = this;
    if ([...database.attempts.values()].some(({ closed }) => !closed)) return false;
    if (this.workers.some(({ spool }) => spool.size > 0)) return false;
    return [...database.slots.values()].every(({ expiresAt }) => expiresAt > world.now) || this.hasEnded();
  }

  private hasEnded(): boolean {
    return ['needs_reauthorization', 'revoking', 'revoked'].includes(this.database.state);
  }

  private judgeEnd(): void {
    const { database, provider } = this;
    if (this.revokedAt) {
      if (database.state !== 'revoking' && database.state !== 'revoked')
        this.broke(`a revoked connection came back as ${database.state}`);
      const generations = [...database.slots.values()].map(({ generation }) => generation);
      if (String(generations) !== String(this.revokedAt.generations))
        this.broke('a revoked connection got new tokens');
      return;
    }
    if (!this.answersWereLost && database.state === 'needs_reauthorization')
      this.broke('a connection was lost though every answer reached its worker');
    for (const [name, slot] of database.slots) {
      const honoured = this.tokensHeldFor(name, slot).filter((token) => provider.honours(token));
      const everyOther = [...database.slots].every(
        ([other, { refreshToken }]) => other === name || provider.honours(refreshToken),
      );
      if (honoured.length === 0 || !everyOther) continue;
      if (database.state !== 'active')
        this.broke(`${name}: ${honoured.join()} is honoured, yet the connection ends ${database.state}`);
      else if (slot.expiresAt <= this.world.now) this.broke(`${name} is never renewed again`);
    }
  }

  private tokensHeldFor(name: string, slot: ModelSlot): string[] {
    const attempts = [...this.database.attempts.values()].filter(({ target }) => target.slot === name);
    return [slot.refreshToken, ...attempts.flatMap(({ id }) => this.tokensLandedBy(id))];
  }

  /** Refresh tokens in answers that a landing was confirmed for. */
  private tokensLandedBy(attempt: string): string[] {
    return (this.database.everLanded.get(attempt) ?? [])
      .map((sealed) => decodeRawAnswer(sealed))
      .map((raw) => interpretTokenAnswer({ tokens: standardTokenRules, failures: vocabulary, raw }))
      .map((read) => (read.kind === 'tokens' ? read.answer.tokens[0].refreshToken : undefined))
      .filter((token) => token !== undefined);
  }

  private broke(promise: string): void {
    this.world.tell('BROKEN', promise);
    this.broken.push(`${promise} (at ${(this.world.now / 1_000).toFixed(1)} s)`);
  }
}
