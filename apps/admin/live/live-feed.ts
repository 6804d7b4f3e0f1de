import { ConsumerCursorRepository, LiveEventRepository, type Database } from '#storage';
import type { LiveStream } from './live-stream.js';
import { liveEventsView } from './live.view.js';

const shown = 50;
/** Of more than this nobody is told one by one: the page reads again. */
const resumable = 10_000;

/** The events of one workspace, for all who watch it: read once, however many they are. */
export class LiveFeed {
  private readonly streams = new Set<LiveStream>();

  constructor(
    private readonly database: Database,
    private readonly workspace: string,
  ) {}

  get isWatched(): boolean {
    return this.streams.size > 0;
  }

  add(stream: LiveStream): void {
    this.streams.add(stream);
  }

  remove(stream: LiveStream): void {
    this.streams.delete(stream);
  }

  async newest(): Promise<number> {
    return this.database.inWorkspace(this.workspace, (tx) => tx.get(ConsumerCursorRepository).newest());
  }

  /** Tells each what came since it was told last. Those who watch for a while are all at one position. */
  async pump(): Promise<void> {
    await this.database.inWorkspace(this.workspace, async (tx) => {
      const newest = await tx.get(ConsumerCursorRepository).newest();
      const behind = [...this.streams].filter(({ position }) => position !== newest);
      for (const [after, streams] of Map.groupBy(behind, ({ position }) => position)) {
        const missed = newest - after;
        // Positions that went back are those of a database that was restored.
        const isGap = missed < 0 || missed > resumable;
        const told = isGap
          ? { missed: Math.max(missed, 0) }
          : liveEventsView(await tx.get(LiveEventRepository).between(after, newest, shown));
        for (const stream of streams) {
          stream.position = newest;
          stream.tell(isGap ? 'gap' : 'events', told);
        }
      }
    });
  }
}
