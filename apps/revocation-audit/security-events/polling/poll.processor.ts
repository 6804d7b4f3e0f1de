import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { DuePollsService } from './due-polls.service.js';

const lookEveryMs = 500;

/** Keeps the streams that are polled polled: one question at a time each, however long it is held. */
@Injectable()
export class PollProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PollProcessor.name);
  private readonly loop = new Repeating('security-event-polls', lookEveryMs, () => this.startDue());
  private readonly running = new Map<string, Promise<void>>();
  private readonly closing = new AbortController();

  constructor(private readonly polls: DuePollsService) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.closing.abort();
    await this.loop.stop();
    await Promise.all(this.running.values());
  }

  private async startDue(): Promise<void> {
    for (const { workspace, id } of await this.polls.list()) {
      if (this.running.has(id) || this.closing.signal.aborted) continue;
      const poll = this.polls
        .poll(workspace, id, this.closing.signal)
        .catch((error: unknown) => this.logger.debug({ err: error, stream: id }))
        .finally(() => this.running.delete(id));
      this.running.set(id, poll);
    }
  }
}
