import { Injectable, Logger } from '@nestjs/common';
import { encodeRawAnswer, type RawAnswer } from '#oauth';
import { Database, LandingRepository } from '#storage';
import { Spool } from '../spool/spool.js';
import type { Attempt } from './attempt.js';

/** Keeps an answer, sealed and raw, before anybody tries to understand it (refresh-protocol, step 4). */
@Injectable()
export class LandingsService {
  private readonly logger = new Logger(LandingsService.name);

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
      await this.spool.write({ workspace, attempt: id, sealed: sealed.toString('base64') });
      this.logger.warn({ err: error, attempt: id }, 'an answer went to the spool');
      return false;
    }
  }

  /** Brings spooled answers into Postgres; answers how many. Stops at the first that it does not take. */
  async drain(): Promise<number> {
    let drained = 0;
    for (const attempt of this.spool.list()) {
      const { workspace, sealed } = await this.spool.read(attempt);
      await this.database.inWorkspace(workspace, (tx) =>
        tx.get(LandingRepository).insert(attempt, Buffer.from(sealed, 'base64')),
      );
      await this.spool.remove(attempt);
      drained += 1;
      this.logger.log({ attempt }, 'an answer came back from the spool');
    }
    return drained;
  }
}
