import { Injectable, Logger } from '@nestjs/common';
import { RefreshCalls } from '#storage';
import { Spool } from './spool.js';

/** Brings spooled answers into Postgres. */
@Injectable()
export class SpoolDrainService {
  private readonly logger = new Logger(SpoolDrainService.name);
  private draining: Promise<number> | undefined;

  constructor(
    private readonly calls: RefreshCalls,
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
      const landed = await this.calls.land(workspace, attempt, Buffer.from(sealed, 'base64'));
      await this.spool.remove(attempt);
      drained += 1;
      this.logger.log({ attempt, landed }, 'an answer came back from the spool');
    }
    return drained;
  }
}
