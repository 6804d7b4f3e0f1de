import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Repeating } from '#platform';
import { OverviewUpkeep } from '#storage';

const everyMinuteMs = 60_000;
const everyHourMs = 3_600_000;

/** Looks each minute how the engine keeps up, and keeps the overview's counts short; every replica does. */
@Injectable()
export class OverviewUpkeepScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: readonly Repeating[];

  constructor(upkeep: OverviewUpkeep) {
    this.loops = [
      // Just after the minute begins: a clock that drifts would otherwise leave some out.
      new Repeating('lag', everyMinuteMs, async () => {
        await upkeep.take();
        return everyMinuteMs - (Date.now() % everyMinuteMs) + 500;
      }),
      new Repeating('connection-counts', everyMinuteMs, () => upkeep.foldCounts()),
      new Repeating('renewal-latencies', everyHourMs, () => upkeep.deleteOldLatencies()),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
