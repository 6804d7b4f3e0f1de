import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { EventStream } from '#events';
import { EventCountsService } from './event-counts.service.js';

const pollEveryMs = 5_000;

/** Woken by the event stream, and by a clock besides: Redis may be gone or may have lost everything. */
@Injectable()
export class EventCountsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(EventCountsConsumer.name);
  private readonly stopping = new AbortController();
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private rung = false;

  constructor(
    private readonly stream: EventStream,
    private readonly counts: EventCountsService,
  ) {}

  onApplicationBootstrap(): void {
    void this.stream.onPublished(EventCountsConsumer.name, () => this.wake(), this.stopping.signal);
    this.timer = setInterval(() => this.wake(), pollEveryMs);
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.running;
  }

  /** One round at a time; what rings meanwhile is answered by one more. */
  private wake(): void {
    this.rung = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  private async run(): Promise<void> {
    while (this.rung && !this.stopping.signal.aborted) {
      this.rung = false;
      try {
        await this.counts.catchUp(this.stopping.signal);
      } catch (error) {
        this.logger.warn({ err: error }, 'events could not be counted; the next round tries again');
      }
    }
  }
}
