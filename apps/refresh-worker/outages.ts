import { Logger } from '@nestjs/common';

const quietMs = 10_000;

/** Tells of a failing loop once in a while, not each time. */
export class Outages {
  private readonly logger: Logger;
  private quietUntil = 0;

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  readonly tell = (error: unknown): void => {
    const now = Date.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + quietMs;
    this.logger.warn({ err: error }, 'will be tried again');
  };
}
