import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { runWithRequestId } from '#platform';
import { Database, Directory, TellingRepository, type ClaimedItem, type TellingLane } from '#storage';
import { InHand } from '../in-hand.js';
import { HoldsService } from './holds.service.js';
import { ItemWorkService, type Work } from './item-work.service.js';
import { ItemsService } from './items.service.js';
import { SettlingService } from './settling.service.js';
import { VerifyingService } from './verifying.service.js';

/** Outlasts two tokens at two secrets each, and their turns: else a second replica would tell the provider meanwhile. */
const leaseMs = 50_000;
/** Items of one integration in hand at once: more than that is no kindness to its provider. */
const share = 20;
/** Of all integrations: what a few slow ones hold leaves room for the others. */
const mostAtOnce = 200;
/** What ends within this time is replaced together. */
const gatherMs = 30;
const lookAgainMs = 1_000;
const keyOf = ({ workspace, integration }: TellingLane) => `${workspace} ${integration}`;

/** The items that are due, lane by lane: whoever is slow, or wants to rest, holds up nobody else. */
@Injectable()
export class DueItemsService {
  private readonly logger = new Logger(DueItemsService.name);
  private readonly inHand = new InHand<TellingLane>(keyOf);
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly works: ItemWorkService,
    private readonly holds: HoldsService,
    private readonly items: ItemsService,
    private readonly verifying: VerifyingService,
    private readonly settling: SettlingService,
  ) {}

  /** Until nothing is due and nothing is in hand. */
  async processDue(): Promise<void> {
    while (!this.stopping) {
      // Whatever ends from here on may make room that the claim does not know of.
      const { oneDone, busy, size } = this.inHand;
      const askedAt = performance.now();
      const limits = { share, batch: mostAtOnce - size, leaseMs };
      const claimed = limits.batch > 0 ? await this.directory.claimRevocationItems(busy, limits) : [];
      // Apart from each other: what cannot be loaded of one must not keep the others.
      for (const { integration } of claimed) this.holds.lift(integration, askedAt);
      const byLane = Map.groupBy(claimed, keyOf);
      await Promise.all([...byLane.values()].map((own) => this.begin(own)));
      if (this.inHand.size === 0) return;
      await Promise.race([oneDone, pause(lookAgainMs, undefined, { ref: false })]);
      await pause(gatherMs);
    }
  }

  /** One that the queue woke, out of its turn. A failure of ours leaves its lease to run out; it is due again then. */
  async process(workspace: string, id: string, requestId?: string): Promise<void> {
    try {
      await runWithRequestId(requestId, async () => {
        // Committed by itself: were the claim undone by what fails below, the item would be due again at once, for ever.
        const isMine = await this.database.inWorkspace(workspace, (tx) =>
          tx.get(TellingRepository).claim(id, leaseMs),
        );
        const [work] = isMine ? await this.load(workspace, [id]) : [];
        if (work) await this.tellAndVerify(work);
      });
    } catch (error) {
      this.warn(error, id);
    }
  }

  /** Begins nothing more; resolves when nothing is in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.inHand.allDone();
  }

  /** Items of one lane. */
  private async begin(claimed: readonly ClaimedItem[]): Promise<void> {
    const [lane] = claimed;
    const ids = claimed.map(({ id }) => id);
    try {
      for (const work of await this.load(lane!.workspace, ids)) this.run(lane!, work);
    } catch (error) {
      this.warn(error, ids.join(' '));
    }
  }

  private run({ workspace, integration }: TellingLane, work: Work): void {
    const running = this.tellAndVerify(work).catch((error: unknown) => this.warn(error, work.item.id));
    this.inHand.add({ workspace, integration }, running);
  }

  private async load(workspace: string, ids: readonly string[]): Promise<Work[]> {
    const { works, erased } = await this.works.load(workspace, ids);
    if (erased.length > 0) await this.settling.giveUp(workspace, erased);
    return works;
  }

  private async tellAndVerify(work: Work): Promise<void> {
    const { item } = work;
    if (item.state === 'pending') {
      if (!(await this.settling.told(work, await this.items.tell(work)))) return;
      item.verificationAttempts += 1;
    }
    await this.verifying.verify(work);
  }

  private warn(error: unknown, item: string): void {
    this.logger.warn({ err: error, item }, 'the provider could not be told or asked yet');
  }
}
