import { Injectable, Logger } from '@nestjs/common';
import { AttemptRepository, Database, LandingRepository } from '#storage';
import { Spool } from './spool.js';

/** Brings spooled answers into Postgres. */
@Injectable()
export class SpoolDrainService {
  private readonly logger = new Logger(SpoolDrainService.name);
  private draining: Promise<number> | undefined;

  constructor(
    private readonly database: Database,
    private readonly spool: Spool,
  ) {}

  /** Before anything else; answers how many. Throws at the first that Postgres does not take. */
  async drain(): Promise<number> {
    this.draining ??= this.drainAll().finally(() => {
      this.draining = undefined;
    });
    return this.draining;
  }

  private async drainAll(): Promise<number> {
    let drained = 0;
    for (const attempt of this.spool.list()) {
      const spooled = await this.spool.read(attempt);
      if (!spooled) {
        await this.spool.setAside(attempt);
        this.logger.error({ attempt }, 'an answer in the spool cannot be read; it was set aside');
        continue;
      }
      const { workspace, sealed } = spooled;
      const landed = await this.land(workspace, attempt, Buffer.from(sealed, 'base64'));
      await this.spool.remove(attempt);
      drained += 1;
      this.logger.log({ attempt, landed }, 'an answer came back from the spool');
    }
    return drained;
  }

  private land(workspace: string, attempt: string, sealed: Buffer): Promise<boolean> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const kept = await tx.get(LandingRepository).insert(attempt, sealed);
      const attempts = tx.get(AttemptRepository);
      // Given up by others meanwhile: nobody would look at what landed.
      if (kept && (await attempts.find(attempt))?.closedAt) await attempts.reopen(attempt);
      return kept;
    });
  }
}
