/** A clock that moves only when told. */
export class ManualClock {
  private ms: number;

  constructor(at: string | number = '2026-01-01T00:00:00Z') {
    this.ms = new Date(at).getTime();
  }

  /** Milliseconds since the epoch; bound, so that it can be handed in as a function. */
  readonly now = (): number => this.ms;

  date(): Date {
    return new Date(this.ms);
  }

  advance(ms: number): void {
    this.ms += ms;
  }

  set(at: string | number): void {
    this.ms = new Date(at).getTime();
  }
}
