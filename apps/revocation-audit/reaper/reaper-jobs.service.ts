import { Injectable } from '@nestjs/common';
import type { Actor, Caller } from '#platform';
import {
  ApprovalRepository,
  AuditRepository,
  ReaperCandidateRepository,
  ReaperRepository,
  RevocationJobRepository,
  type ReaperPolicy,
  type ReaperRule,
  type Transaction,
} from '#storage';
import { auditRevocation } from '../revocations/audit-revocation.js';
import { NewJobsService } from '../revocations/new-jobs.service.js';

export const reaperActor = { type: 'service', id: 'reaper' } as const;

const reasons = {
  dead: (days: number) => `Policy: dead for ${days} days.`,
  unread: (days: number) => `Policy: unread for ${days} days.`,
};
export type RevokingRule = keyof typeof reasons;

/** The revocation jobs that a policy makes, and ends. */
@Injectable()
export class ReaperJobsService {
  constructor(private readonly newJobs: NewJobsService) {}

  /**
   * Makes the job of one rule, unless its last one is still under way, or was refused within a day: of no more connections than `room`. The policy's
   * row is locked, so that no two replicas do. Answers how many it takes.
   */
  async start(
    tx: Transaction,
    policy: ReaperPolicy,
    { rule, days, room }: { rule: RevokingRule; days: number; room: number },
  ): Promise<number> {
    if (room <= 0 || (await this.isOpen(tx, rule))) return 0;
    if (await tx.get(ReaperRepository).wasRefused(rule)) return 0;
    const ids = await tx.get(ReaperCandidateRepository).ids(rule, days, room);
    if (ids.length === 0) return 0;
    const caller: Caller = {
      ...{ workspace: tx.workspace, actor: reaperActor, permissions: new Set() },
      // Whoever wished for it does not also approve it.
      person: policy.changedByPerson ?? undefined,
    };
    const { id, total } = await this.newJobs.create(tx, caller, {
      selector: { policy: 'reaper', rule, after_days: days },
      reason: reasons[rule](days),
      targets: { sql: `SELECT unnest($1::text[]) AS id`, values: [ids] },
    });
    await tx.get(ReaperRepository).insertRun({ rule, afterDays: days, revocationId: id, total });
    await auditRun(tx, rule, { after_days: days, connections: total, revocation: id });
    return total;
  }

  /** What is dead stays dead; the rest lives on. */
  async cancelAll(tx: Transaction, actor: Actor): Promise<void> {
    for (const { id } of await tx.get(ReaperRepository).listOpenJobs()) await this.cancel(tx, actor, id);
  }

  private async isOpen(tx: Transaction, rule: ReaperRule): Promise<boolean> {
    const open = (await tx.get(ReaperRepository).listOpenJobs()).filter((job) => job.rule === rule);
    for (const { id, stale } of open) if (stale) await this.cancel(tx, reaperActor, id);
    return open.some(({ stale }) => !stale);
  }

  private async cancel(tx: Transaction, actor: Actor, id: string): Promise<void> {
    const jobs = tx.get(RevocationJobRepository);
    const job = await jobs.lock(id);
    // Done, while it was waited for.
    if (!job || job.deadAt || job.finishedAt) return;
    if (job.state === 'awaiting_approval' && job.approvalId)
      await tx.get(ApprovalRepository).decide(job.approvalId, 'withdrawn', actor);
    await jobs.changeState(id, 'cancelled');
    await auditRevocation(tx, { actor }, 'cancelled', id);
  }
}

/** Writes down a step of a policy, beside the entries of the connections that it concerns. */
export async function auditRun(
  tx: Transaction,
  rule: ReaperRule,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx.get(AuditRepository).append({
    ...{ actor: reaperActor, action: 'reaper.run', subject: { type: 'workspace', id: tx.workspace } },
    detail: { rule, ...detail },
  });
}
