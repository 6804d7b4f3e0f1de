import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { revocableStates } from '#oauth';
import { Problem, requireFreshSignIn, type Caller } from '#platform';
import { Database, RevocationJobRepository, SelectionRepository, type Revocation } from '#storage';
import type { RevocationPreviewView } from '../selection/preview.view.js';
import { checkExpected, SelectionService } from '../selection/selection.service.js';
import { filterOf, keptSelector, type Selector } from '../selection/selector.dto.js';
import { auditRevocation } from './audit-revocation.js';
import { NewJobsService } from './new-jobs.service.js';
import type { ShownRevocation } from './revocation.view.js';
import { notFound, ShownRevocationsService } from './shown-revocations.service.js';

export interface RevocationWish {
  selector: Selector;
  reason: string;
  expectedCount?: number;
}

/** The kill switch: revocations of whatever a selector finds, asked for, steered and shown. */
@Injectable()
export class RevocationJobsService {
  constructor(
    private readonly database: Database,
    private readonly newJobs: NewJobsService,
    private readonly selections: SelectionService,
    private readonly approvals: Approvals,
    private readonly shown: ShownRevocationsService,
  ) {}

  async preview({ workspace }: Caller, selector: Selector): Promise<RevocationPreviewView> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const preview = await this.selections.preview(tx, selector, revocableStates);
      return { ...preview, needs_approval: await this.newJobs.needsApproval(tx, preview.count) };
    });
  }

  /** @throws Problem `more-than-expected` */
  async request(
    caller: Caller,
    { selector, reason, expectedCount }: RevocationWish,
  ): Promise<ShownRevocation> {
    requireFreshSignIn(caller);
    const id = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const filter = filterOf(selector);
      const groups = await tx.get(SelectionRepository).groups(filter);
      const alreadyDead = groups
        .filter(({ state }) => !(revocableStates as readonly string[]).includes(state))
        .reduce((sum, { count }) => sum + count, 0);
      const job = await this.newJobs.create(tx, caller, {
        ...{ selector: keptSelector(selector), reason, alreadyDead },
        targets: tx.get(SelectionRepository).idsStatement(filter, revocableStates),
      });
      checkExpected(job.total, expectedCount);
      return job.id;
    });
    return this.shown.find(caller, id);
  }

  /** Its answer stands for all replicas: nothing more dies after it. */
  async pause(caller: Caller, id: string): Promise<ShownRevocation> {
    return this.steer(caller, id, 'paused', ['running']);
  }

  async resume(caller: Caller, id: string): Promise<ShownRevocation> {
    return this.steer(caller, id, 'resumed', ['paused']);
  }

  /** What is dead stays dead, and its providers are told; the rest lives on. */
  async cancel(caller: Caller, id: string): Promise<ShownRevocation> {
    return this.steer(caller, id, 'cancelled', ['running', 'paused', 'awaiting_approval']);
  }

  private async steer(
    caller: Caller,
    id: string,
    step: 'paused' | 'resumed' | 'cancelled',
    from: readonly string[],
  ): Promise<ShownRevocation> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const jobs = tx.get(RevocationJobRepository);
      const revocation = await jobs.lock(id);
      if (!revocation) throw notFound(id);
      if (
        !isJob(revocation) ||
        revocation.deadAt ||
        revocation.finishedAt ||
        !from.includes(revocation.state)
      )
        throw new Problem('revocation-not-running', `It is ${stateWord(revocation)}.`);
      if (revocation.state === 'awaiting_approval' && revocation.approvalId)
        await this.approvals.withdraw(tx, caller, revocation.approvalId);
      await jobs.changeState(id, step === 'resumed' ? 'running' : step);
      await auditRevocation(tx, caller, step, id);
    });
    return this.shown.find(caller, id);
  }
}

function isJob({ connectionId }: Revocation): boolean {
  return connectionId === null;
}

function stateWord({ state, connectionId, deadAt, finishedAt }: Revocation): string {
  if (connectionId !== null || deadAt || finishedAt) return 'done here: everything it hits is dead';
  return state;
}
