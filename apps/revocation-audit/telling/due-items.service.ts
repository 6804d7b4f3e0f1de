import { Injectable, Logger } from '@nestjs/common';
import { runWithRequestId } from '#platform';
import { Directory } from '#storage';
import { ItemsService } from './items.service.js';
import { VerifyingService } from './verifying.service.js';

const batch = 50;
/** As many full batches one after another; then whoever asks looks whether the service is to end. */
const mostBatches = 20;

/** The items that are due, whoever found them so. */
@Injectable()
export class DueItemsService {
  private readonly logger = new Logger(DueItemsService.name);

  constructor(
    private readonly items: ItemsService,
    private readonly verifying: VerifyingService,
    private readonly directory: Directory,
  ) {}

  async processDue(): Promise<void> {
    for (let count = 0; count < mostBatches; count++) {
      const due = await this.directory.listDueRevocationItems(batch);
      const unverified = await this.directory.listDueVerifications(batch);
      await Promise.all([...due, ...unverified].map(({ workspace, id }) => this.process(workspace, id)));
      if (due.length < batch && unverified.length < batch) return;
    }
  }

  /** Tells, then verifies. A failure of ours leaves the item's lease to run out; it is due again then. */
  async process(workspace: string, item: string, requestId?: string): Promise<void> {
    try {
      await runWithRequestId(requestId, async () => {
        await this.items.process(workspace, item);
        await this.verifying.process(workspace, item);
      });
    } catch (error) {
      this.logger.warn({ err: error, item }, 'the provider could not be told or asked yet');
    }
  }
}
