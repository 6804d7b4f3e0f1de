import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Repeating } from '#platform';
import { DueSecurityEventsService } from './due-security-events.service.js';

const pollEveryMs = 500;

/** Does what is due in the inbox: at once where a receiver wakes it, soon where nobody does. */
@Injectable()
export class InboxProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(InboxProcessor.name);
  private readonly loop = new Repeating('security-events', pollEveryMs, () => this.due.processDue());
  private readonly running = new Set<Promise<void>>();
  private closing = false;

  constructor(private readonly due: DueSecurityEventsService) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** A hint, after the event was stored: where many come at once, the loop takes them in batches. */
  wake(workspace: string, id: string, requestId: string | undefined): void {
    if (this.closing || this.running.size >= 8) return;
    const work = this.due
      .process(workspace, id, requestId)
      .catch((error: unknown) => this.logger.debug({ err: error, security_event: id }))
      .finally(() => this.running.delete(work));
    this.running.add(work);
  }

  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    await Promise.all([this.loop.stop(), ...this.running]);
  }
}
