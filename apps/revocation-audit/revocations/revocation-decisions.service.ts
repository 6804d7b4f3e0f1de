import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { Problem, type Caller } from '#platform';
import {
  ApprovalRepository,
  Database,
  RevocationJobRepository,
  type Revocation,
  type Transaction,
} from '#storage';
import { auditRevocation } from './audit-revocation.js';
import { revocationPurpose } from './revocation-purpose.js';
import type { ShownRevocation } from './revocation.view.js';
import { notFound, ShownRevocationsService } from './shown-revocations.service.js';

/** What a second human says to a revocation that waits for them. */
@Injectable()
export class RevocationDecisionsService {
  constructor(
    private readonly database: Database,
    private readonly approvals: Approvals,
    private readonly shown: ShownRevocationsService,
  ) {}

  /** Approves it, unless that was done before, and starts it: with the approval used for exactly its targets. */
  async approve(caller: Caller, id: string, contentHash: string): Promise<ShownRevocation> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const { selector, approvalId } = await awaiting(tx, id);
      const approval = await tx.get(ApprovalRepository).find(approvalId);
      if (approval?.state === 'approved') checkHash(approval.contentHash, contentHash);
      else await this.approvals.approve(tx, caller, approvalId, contentHash);
      const jobs = tx.get(RevocationJobRepository);
      const targets = await jobs.hashTargets(id);
      await this.approvals.use(tx, caller, approvalId, revocationPurpose(id, selector, targets));
      await jobs.changeState(id, 'running');
      await jobs.markStarted(id);
      await auditRevocation(tx, caller, 'approved', id, { approval: approvalId });
    });
    return this.shown.find(caller, id);
  }

  async reject(
    caller: Caller,
    id: string,
    contentHash: string,
    comment: string | undefined,
  ): Promise<ShownRevocation> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const { approvalId } = await awaiting(tx, id);
      await this.approvals.reject(tx, caller, approvalId, contentHash, comment);
      await tx.get(RevocationJobRepository).changeState(id, 'rejected');
    });
    return this.shown.find(caller, id);
  }
}

/** The locked row, as one that waits. */
async function awaiting(
  tx: Transaction,
  id: string,
): Promise<{ selector: Record<string, unknown>; approvalId: string }> {
  const revocation: Revocation | null = await tx.get(RevocationJobRepository).lock(id);
  if (!revocation) throw notFound(id);
  const { state, selector, approvalId } = revocation;
  if (state !== 'awaiting_approval' || selector === null || approvalId === null)
    throw new Problem('revocation-not-running', 'It does not wait for an approval.');
  return { selector, approvalId };
}

function checkHash(expected: string, given: string): void {
  if (expected !== given)
    throw new Problem('approval-content-mismatch', 'Read it again, and send its content_hash.');
}
