import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Repeating } from '#platform';
import { Sessions } from '#storage';

const everyMs = 3_600_000;

/** Forgets sign-ins that came to nothing, and sessions that ended long ago. */
@Injectable()
export class SessionRetentionScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Repeating;

  constructor(sessions: Sessions) {
    this.loop = new Repeating('session-retention', everyMs, () => sessions.deleteOld());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }
}
