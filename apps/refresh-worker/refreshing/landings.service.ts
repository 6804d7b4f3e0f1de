import { Injectable, Logger } from '@nestjs/common';
import { encodeRawAnswer, type RawAnswer } from '#oauth';
import { AttemptRepository, Database, LandingRepository } from '#storage';
import { Spool } from '../spool/spool.js';
import type { Attempt } from './attempt.js';

/** Keeps an answer, sealed and raw, before anybody tries to understand it (refresh-protocol, step 4). */
@Injectable()
export class LandingsService {
  private readonly logger = new Logger(LandingsService.name);
  private draining: Promise<number> | undefined;

  constructor(
    private readonly database: Database,
    private readonly spool: Spool,
  ) {}

  /** False where Postgres did not take it: it is then in the spool, and comes back from there. */
  async land({ id, workspace, cipher }: Attempt, raw: RawAnswer): Promise<boolean> {
    const sealed = cipher.seal({ attempt: id }, encodeRawAnswer(raw));
    try {
      await this.database.inWorkspace(workspace, (tx) => tx.get(LandingRepository).insert(id, sealed));
      return true;
    } catch (error) {
      this.logger.warn({ err: error, attempt: id }, 'Postgres did not take an answer');
    }
    try {
      await this.spool.write({ workspace, attempt: id, sealed: sealed.toString('base64') });
      return false;
    } catch (error) {
      // All that is left is to install it at once, from memory.
      this.logger.error({ err: error, attempt: id }, 'nor did the spool');
      return true;
    }
  }

  /** Brings spooled answers into Postgres, before anything else, and answers how many. Throws at the first it does not take. */
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
      const landed = await this.database.inWorkspace(workspace, async (tx) => {
        const kept = await tx.get(LandingRepository).insert(attempt, Buffer.from(sealed, 'base64'));
        const attempts = tx.get(AttemptRepository);
        // Given up by others meanwhile: nobody would look at what landed.
        if (kept && (await attempts.find(attempt))?.closedAt) await attempts.reopen(attempt);
        return kept;
      });
      await this.spool.remove(attempt);
      drained += 1;
      this.logger.log({ attempt, landed }, 'an answer came back from the spool');
    }
    return drained;
  }
}
