const firstRestMs = 1_000;
const longestRestMs = 15_000;
/** While one request tries a replica that was resting, the others keep away for this long. */
const trialMs = 3_000;

/** What the rotation knows of one replica. `restsUntil` is on the caller's clock, in milliseconds. */
export interface Replica {
  readonly origin: string;
  inFlight: number;
  failures: number;
  restsUntil: number;
}

/** Chooses among the replicas of one service: the least busy one, turn by turn, leaving out those that refuse. */
export class Rotation {
  readonly replicas: readonly Replica[];
  private turn = 0;

  constructor(origins: readonly string[]) {
    this.replicas = origins.map((origin) => ({ origin, inFlight: 0, failures: 0, restsUntil: 0 }));
  }

  /** The next replica not yet tried; a resting one only where no other is left. */
  next(nowMs: number, tried: ReadonlySet<Replica>): Replica | undefined {
    const untried = this.replicas.filter((replica) => !tried.has(replica));
    const awake = untried.filter((replica) => replica.restsUntil <= nowMs);
    const chosen = this.leastBusy(awake.length > 0 ? awake : untried);
    if (chosen && chosen.failures > 0) chosen.restsUntil = nowMs + trialMs;
    return chosen;
  }

  /** A replica that took no connection rests, longer each time. */
  refused(replica: Replica, nowMs: number): void {
    replica.failures += 1;
    replica.restsUntil = nowMs + Math.min(firstRestMs * 2 ** (replica.failures - 1), longestRestMs);
  }

  answered(replica: Replica): void {
    replica.failures = 0;
    replica.restsUntil = 0;
  }

  private leastBusy(candidates: readonly Replica[]): Replica | undefined {
    if (candidates.length === 0) return undefined;
    this.turn = (this.turn + 1) % candidates.length;
    let best = candidates[this.turn];
    for (let step = 1; step < candidates.length; step += 1) {
      const candidate = candidates[(this.turn + step) % candidates.length];
      if (best && candidate && candidate.inFlight < best.inFlight) best = candidate;
    }
    return best;
  }
}
