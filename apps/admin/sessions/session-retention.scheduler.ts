import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Repeating } from '#platform';
import { Sessions } from '#storage';

const signInsEveryMs = 60_000;
const sessionsEveryMs = 3_600_000;

/** Forgets sign-ins that came to nothing, and sessions that ended long ago. */
@Injectable()
export class SessionRetentionScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: readonly Repeating[];

  constructor(sessions: Sessions) {
    this.loops = [
      new Repeating('sign-in-retention', signInsEveryMs, () => sessions.deleteLapsedSignIns()),
      new Repeating('session-retention', sessionsEveryMs, () => sessions.deleteOld()),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
