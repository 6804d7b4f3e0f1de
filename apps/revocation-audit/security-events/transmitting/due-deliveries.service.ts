import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Directory, type ClaimedDelivery, type SubscriberLane } from '#storage';
import { InHand } from '../../in-hand.js';
import { DeliveriesService } from './deliveries.service.js';

/** Outlasts one request: else a second replica would send it meanwhile. */
const leaseMs = 30_000;
/** SETs to one subscriber at once. */
const share = 10;
/** To all of them: what a few silent ones hold leaves room for the others. */
const mostAtOnce = 200;
/** What ends within this time is replaced together. */
const gatherMs = 30;
const lookAgainMs = 1_000;

/** The deliveries that are due, lane by lane: a subscriber that is slow, or down, holds up nobody else. */
@Injectable()
export class DueDeliveriesService {
  private readonly logger = new Logger(DueDeliveriesService.name);
  private readonly inHand = new InHand<SubscriberLane>(
    ({ workspace, subscriber }) => `${workspace} ${subscriber}`,
  );
  private stopping = false;

  constructor(
    private readonly directory: Directory,
    private readonly deliveries: DeliveriesService,
  ) {}

  /** Until nothing is due and nothing is in hand. */
  async sendDue(): Promise<void> {
    while (!this.stopping) {
      // Whatever ends from here on may make room that the claim does not know of.
      const { oneDone, busy, size } = this.inHand;
      const limits = { share, batch: mostAtOnce - size, leaseMs };
      const claimed = limits.batch > 0 ? await this.directory.claimSecurityEventDeliveries(busy, limits) : [];
      for (const one of claimed) this.begin(one);
      if (this.inHand.size === 0) return;
      await Promise.race([oneDone, pause(lookAgainMs, undefined, { ref: false })]);
      await pause(gatherMs);
    }
  }

  /** Begins nothing more; resolves when nothing is in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.inHand.allDone();
  }

  /** A failure of ours leaves its lease to run out; it is due again then. */
  private begin(claimed: ClaimedDelivery): void {
    const { workspace, subscriber, event } = claimed;
    const sending = this.deliveries.send(claimed).catch((error: unknown) => {
      this.logger.warn({ err: error, subscriber, event }, 'a subscriber could not be told yet');
    });
    this.inHand.add({ workspace, subscriber }, sending);
  }
}
