import { Injectable } from '@nestjs/common';
import {
  ConsumerCursorRepository,
  Database,
  Directory,
  EventHourCountRepository,
  RenewalCountRepository,
} from '#storage';

/** The consumer's name, under which its cursors are kept. */
export const EVENT_COUNTS = 'event-counts';

const batch = 5_000;

/** Counts the events of each workspace by hour. Cursor and counts move in one transaction, so each counts once. */
@Injectable()
export class EventCountsService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
  ) {}

  /** Counts everything that has a position by now. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    for (const workspace of await this.directory.listWorkspacesWithNews(EVENT_COUNTS)) {
      let more = true;
      while (more && !signal?.aborted) more = await this.countBatch(workspace);
    }
  }

  /** True where events are left. */
  private async countBatch(workspace: string): Promise<boolean> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const cursors = tx.get(ConsumerCursorRepository);
      const position = await cursors.lock(EVENT_COUNTS);
      const newest = await cursors.newest();
      const upTo = Math.min(newest, position + batch);
      if (upTo <= position) return false;
      await tx.get(EventHourCountRepository).addEvents(position, upTo);
      await tx.get(RenewalCountRepository).addEvents(position, upTo);
      await cursors.advance(EVENT_COUNTS, upTo);
      return upTo < newest;
    });
  }
}
