import { Injectable } from '@nestjs/common';
import { revocableStates } from '#oauth';
import { ReaperCandidateRepository, ReaperRepository, type Connection, type Transaction } from '#storage';

/** Looks once more, at the moment of revoking, whether a policy still means what it meant when its job was made. */
@Injectable()
export class SparingService {
  /** Those of the locked connections that are left alone; none where the job is not a policy's. */
  async spared(
    tx: Transaction,
    revocation: string,
    connections: readonly Connection[],
  ): Promise<Set<string>> {
    const run = await tx.get(ReaperRepository).findRule(revocation);
    if (!run) return new Set();
    const alive = connections
      .filter(({ state }) => (revocableStates as readonly string[]).includes(state))
      .map(({ id }) => id);
    const meant = await tx.get(ReaperCandidateRepository).stillMeant(run.rule, run.afterDays, alive);
    return new Set(alive.filter((id) => !meant.has(id)));
  }
}
