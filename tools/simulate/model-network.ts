import type { RawAnswer } from '#oauth';
import type { Attempt } from '#refresh';
import type { ModelFacts } from './model-database.js';
import type { Surroundings } from './surroundings.js';

class WireError extends Error {
  constructor(
    readonly code: string,
    readonly phase: 'not_sent' | 'ambiguous',
  ) {
    super(code);
  }
}

/** The process that a request belongs to: what it is not there for any more comes to nobody. */
interface Process {
  readonly id: string;
  readonly wallOffsetMs: number;
  later(inMs: number, run: () => void): void;
}

/** What lies between a worker and the provider. */
export class ModelNetwork {
  constructor(
    private readonly process: Process,
    private readonly around: Surroundings,
  ) {}

  send({ facts, timing }: Attempt<ModelFacts>, holds: () => boolean): Promise<RawAnswer> {
    const { world, unrest } = this.around;
    return new Promise((resolve, reject) => {
      const deadline = () => reject(new WireError('deadline-exceeded', 'ambiguous'));
      const wouldTakeMs = world.between(1, world.chance(unrest() * 0.1) ? 15_000 : 50);
      const connectMs = Math.min(wouldTakeMs, timing.deadlineMs);
      this.process.later(connectMs, () => {
        if (connectMs < wouldTakeMs) return reject(new WireError('deadline-exceeded', 'not_sent'));
        if (world.chance(unrest() * 0.05)) return reject(new WireError('ECONNREFUSED', 'not_sent'));
        // Check and write are one step: a pause between them is the one thing that no client can rule out.
        if (!holds()) return reject(new WireError('stopped-before-write', 'not_sent'));
        this.process.later(timing.deadlineMs - connectMs, deadline);
        // A provider looks at a request within the client's deadline, or not at all; where a window is to be met, within
        // half a lease of its being written.
        const strict = facts.renewal.rotation.mode === 'A';
        const slowestMs = strict ? timing.deadlineMs - connectMs - 300 : timing.writeWithinMs - 300;
        this.exchange(facts.refreshToken, Math.max(1, slowestMs), resolve, reject);
      });
    });
  }

  private exchange(
    token: string,
    slowestMs: number,
    resolve: (raw: RawAnswer) => void,
    reject: (error: Error) => void,
  ): void {
    const { world, provider, unrest, onAnswerLost } = this.around;
    const lost = () =>
      this.process.later(world.between(1, 100), () => reject(new WireError('ECONNRESET', 'ambiguous')));
    const answer = (raw: RawAnswer, inMs = world.between(1, 100)) =>
      this.process.later(inMs, () => resolve(raw));
    const unrestful = world.chance(unrest());
    const kind = unrestful ? Math.floor(world.between(0, 9)) : -1;
    if (kind >= 0) onAnswerLost();
    // Before the provider looks at it.
    if (kind === 0) return lost();
    if (kind === 1) return answer(plain(503, '<html>'));
    if (kind === 2) return answer({ ...plain(429, '{}'), headers: { 'retry-after': '7' } });
    const arriveMs = world.between(1, 200);
    const arrivesAt = world.now + arriveMs;
    world.after(arriveMs + (kind === 3 ? world.between(0, slowestMs) : 0), () => {
      const raw = provider.spend(token, arrivesAt);
      world.tell(this.process.id, 'spent', token, raw.body, `kind ${kind}`);
      if (kind === 4) return lost();
      if (kind === 5) return answer(plain(502, '<html>'));
      if (kind === 6) return answer(plain(200, '<html>'));
      if (kind === 7) return answer(raw, world.between(0, 40_000));
      return answer({ ...raw, receivedAt: world.now + this.process.wallOffsetMs });
    });
  }

  ask(
    { facts }: Attempt<ModelFacts>,
    of: 'access_token' | 'refresh_token',
  ): Promise<'alive' | 'dead' | 'unknown'> {
    const { world, provider, unrest } = this.around;
    return new Promise((resolve) => {
      world.after(world.between(1, 500), () => {
        const alive =
          of === 'access_token' ? provider.isAlive(facts.accessToken) : provider.isActive(facts.refreshToken);
        const said = world.chance(unrest() * 0.3) ? 'unknown' : alive ? 'alive' : 'dead';
        this.process.later(world.between(1, 500), () => resolve(said));
      });
    });
  }
}

function plain(status: number, body: string): RawAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(body), receivedAt: 0 };
}
