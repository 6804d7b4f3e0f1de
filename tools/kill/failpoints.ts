/** Where a worker is killed, in the order in which a refresh comes by. */
export const failpoints = [
  'before-t1',
  'after-t1',
  'before-send',
  'after-bytes-sent',
  'answer-received',
  'before-landing',
  'after-landing',
  'before-promote',
  'after-promote',
  'before-outbox-relay',
  'after-outbox-relay',
  'spool-write',
  'spool-drain',
  'spool-drained',
] as const;
export type Failpoint = (typeof failpoints)[number];

/** Only these are reached by way of the spool: there Postgres takes no landing. */
export const spoolFailpoints: readonly Failpoint[] = ['spool-write', 'spool-drain', 'spool-drained'];

export interface Arming {
  failpoint: Failpoint;
  /** The how manieth refresh to come by it is its worker's last; null: none is, and all are held until `disarm`. */
  atHit: number | null;
  /** How many are under way. */
  refreshes: number;
}

const never = new Promise<never>(() => undefined);

/** Kills its own process with SIGKILL as a certain refresh reaches the armed failpoint. */
export class Failpoints {
  private armed: Failpoint | undefined;
  private atHit: number | null = null;
  private refreshes = 0;
  private hits = 0;
  private held: (() => void)[] = [];

  arm({ failpoint, atHit, refreshes }: Arming): void {
    this.armed = failpoint;
    this.atHit = atHit;
    this.refreshes = refreshes;
    this.hits = 0;
  }

  disarm(): void {
    this.armed = undefined;
    for (const go of this.held.splice(0)) go();
  }

  isArmed(...failpoint: readonly Failpoint[]): boolean {
    return this.armed !== undefined && failpoint.includes(this.armed);
  }

  /** Where refreshes are dealt with in one go: whether all that are to be interrupted have come so far. */
  waitsForMore(present: number): boolean {
    return present < this.refreshes;
  }

  /** Holds all who come by, so that they are in flight right there, and kills as the last of them comes. */
  async reach(failpoint: Failpoint): Promise<void> {
    if (!this.isArmed(failpoint)) return;
    await this.last();
    if (this.isArmed(failpoint)) this.kill();
  }

  /** Resolves for the one whose coming kills, and for nobody else. */
  async last(): Promise<void> {
    if (this.atHit === null) return new Promise((go) => this.held.push(go));
    if (!this.isLast()) await never;
  }

  /** Holds nobody. */
  pass(failpoint: Failpoint): void {
    if (this.isArmed(failpoint) && this.isLast()) this.kill();
  }

  /** Nothing of this process runs after it: no handler, no flush, no farewell to a socket. */
  kill(): never {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('outlived SIGKILL');
  }

  private isLast(): boolean {
    this.hits += 1;
    return this.hits === this.atHit;
  }
}
