import { Injectable } from '@nestjs/common';
import {
  Database,
  Directory,
  eraseConnections,
  lockForErasure,
  ReaperCandidateRepository,
  ReaperRepository,
  type ReaperPolicy,
  type Transaction,
} from '#storage';
import { auditRun, ReaperJobsService, reaperActor } from './reaper-jobs.service.js';

const everyMs = 15 * 60_000;
/** In one transaction: each connection takes dozens of rows with it. */
const chunk = 100;
/** Replicas say each second how far reads are written down. */
const recorderSilentMs = 60_000;

/**
 * One run of a policy. Whoever runs it holds its row, and every step is one transaction that looks at the policy again: of
 * two replicas one does it, a killed one is followed up, and a policy that was changed is done no more.
 */
@Injectable()
export class ReaperService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly jobs: ReaperJobsService,
  ) {}

  async run(workspace: string, goesOn: () => boolean): Promise<void> {
    while (goesOn() && (await this.eraseSome(workspace)) === chunk);
    if (!goesOn()) return;
    const held = (await this.areReadsRecorded()) ? null : 'reads_not_recorded';
    await this.database.inWorkspace(workspace, async (tx) => {
      const policy = await tx.get(ReaperRepository).takeDue();
      if (!policy) return;
      await this.revoke(tx, policy, held);
      await tx.get(ReaperRepository).scheduleNext(everyMs, held);
    });
  }

  /** The providers are told, and the jobs go on, as any other. */
  private async revoke(tx: Transaction, policy: ReaperPolicy, held: string | null): Promise<void> {
    let room = policy.dailyMaximum - (await tx.get(ReaperRepository).countRevoked());
    const { deadAction, deadAfterDays, unreadAction, unreadAfterDays } = policy;
    if (deadAction === 'revoke' && deadAfterDays !== null)
      room -= await this.jobs.start(tx, policy, { rule: 'dead', days: deadAfterDays, room });
    if (unreadAction === 'revoke' && unreadAfterDays !== null && held === null)
      await this.jobs.start(tx, policy, { rule: 'unread', days: unreadAfterDays, room });
  }

  /** Answers how many it took on: fewer than a chunk where nothing is left, or may be done today. */
  private async eraseSome(workspace: string): Promise<number> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const runs = tx.get(ReaperRepository);
      const policy = await runs.takeDue();
      const days = policy?.eraseAfterDays ?? null;
      if (policy?.eraseAction !== 'erase' || days === null) return 0;
      const room = policy.dailyMaximum - (await runs.countErased());
      if (room <= 0) return 0;
      const candidates = tx.get(ReaperCandidateRepository);
      const ids = await candidates.ids('erase', days, Math.min(room, chunk));
      const connections = await lockForErasure(tx, ids);
      // Somebody may have authorized an expired one again.
      const meant = await candidates.stillMeant('erase', days, ids);
      const erased = connections.filter(({ id }) => meant.has(id));
      if (erased.length === 0) return 0;
      const total = erased.length;
      await eraseConnections(tx, erased, {
        ...{ actor: reaperActor, about: { rule: 'erase', after_days: days } },
      });
      await runs.insertRun({ rule: 'erase', afterDays: days, revocationId: null, total });
      await auditRun(tx, 'erase', { after_days: days, connections: total });
      return ids.length;
    });
  }

  /** While nobody writes down reads, that a connection has none says nothing. */
  private async areReadsRecorded(): Promise<boolean> {
    const agoMs = await this.directory.readsRecordedAgoMs();
    return agoMs !== null && agoMs < recorderSilentMs;
  }
}
