import { Logger } from '@nestjs/common';

const quietMs = 10_000;

/** Work done again and again, one round at a time, until it is stopped. A failing round is tried again, and told of now and then. */
export class Repeating {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private quietUntil = 0;

  /** `round` may answer how many ms to wait for the next one, in place of `everyMs`. */
  constructor(
    name: string,
    private readonly everyMs: number,
    private readonly round: () => Promise<number | void>,
  ) {
    this.logger = new Logger(name);
  }

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
      this.tell(error);
    }
    this.wait(waitMs);
  }

  private tell(error: unknown): void {
    const now = Date.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + quietMs;
    this.logger.warn({ err: error }, 'will be tried again');
  }
}
