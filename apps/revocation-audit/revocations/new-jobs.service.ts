import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { requestId, type Caller } from '#platform';
import { newId, RevocationJobRepository, WorkspaceRepository, type Transaction } from '#storage';
import { RevocationAuditConfig } from '../revocation-audit.config.js';
import { auditRevocation } from './audit-revocation.js';
import { revocationPurpose } from './revocation-purpose.js';

export interface NewJob {
  /** What is shown of what was asked for, also to whoever approves. */
  selector: Record<string, unknown>;
  reason: string;
  /** The statement that answers the ids of the targets. */
  targets: { sql: string; values: unknown[] };
  alreadyDead?: number;
}

/** Makes revocation jobs, for whoever asks: people, keys and policies. */
@Injectable()
export class NewJobsService {
  constructor(
    private readonly config: RevocationAuditConfig,
    private readonly approvals: Approvals,
  ) {}

  /**
   * Fixes the targets in the transaction that makes the job: what comes later is not hit, and no changed world widens
   * it. Above the threshold it waits for a second human.
   */
  async create(
    tx: Transaction,
    caller: Caller,
    { selector, reason, targets, alreadyDead = 0 }: NewJob,
  ): Promise<{ id: string; total: number }> {
    const id = newId('rev');
    const jobs = tx.get(RevocationJobRepository);
    const requestedBy = caller.actor;
    await jobs.insert({ id, reason, alreadyDead, selector, requestedBy, requestId: requestId() });
    const fixed = await jobs.fixTargets(id, targets);
    await auditRevocation(tx, caller, 'requested', id, {
      ...{ selector, reason, targets: fixed.total, targets_hash: fixed.hash },
    });
    if (!(await this.needsApproval(tx, fixed.total))) await jobs.markStarted(id);
    else {
      const purpose = revocationPurpose(id, selector, fixed);
      const approval = await this.approvals.request(tx, caller, { ...purpose, reason });
      await jobs.awaitApproval(id, approval.id);
    }
    return { id, total: fixed.total };
  }

  /** A workspace may ask for a second human earlier than the installation does, never later. */
  async needsApproval(tx: Transaction, targets: number): Promise<boolean> {
    const own = await tx.get(WorkspaceRepository).approvalAbove();
    const { KILL_SWITCH_APPROVAL_ABOVE: installed } = this.config;
    return targets > (own === null ? installed : Math.min(own, installed));
  }
}
