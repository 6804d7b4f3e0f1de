/** Work done again and again, one round at a time, until it is stopped. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  /** `round` answers how long to wait for the next one; what it throws is told and waits `everyMs`. */
  constructor(
    private readonly everyMs: number,
    private readonly round: () => Promise<number | void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.wait(0);
  }

  /** No further round; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private wait(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, ms);
  }

  private async run(): Promise<void> {
    let waitMs = this.everyMs;
    try {
      waitMs = (await this.round()) ?? this.everyMs;
    } catch (error) {
      this.failed(error);
    }
    this.wait(waitMs);
  }
}
