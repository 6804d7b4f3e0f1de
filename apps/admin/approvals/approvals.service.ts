import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { Problem, type Caller } from '#platform';
import {
  ApprovalRepository,
  Database,
  Directory,
  MemberRepository,
  type ApprovalState,
  type Transaction,
} from '#storage';
import { refuseFormerAdmin } from '../members/former-admin.js';
import { ApprovalHandlers } from './approval-handlers.js';
import type { SeenApproval } from './approval.view.js';

const batch = 100;
const ourselves = { type: 'service', id: 'admin' } as const;

/** Shows approvals, takes decisions, and does what was approved. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly approvals: Approvals,
    private readonly handlers: ApprovalHandlers,
  ) {}

  /** One row more than `limit`, where there is one. */
  async list(
    caller: Caller,
    state: ApprovalState | undefined,
    limit: number,
    after?: string,
  ): Promise<SeenApproval[]> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const approvals = await tx.get(ApprovalRepository).list(state, limit + 1, after);
      const obstacles = await this.approvals.obstacles(tx, caller, approvals);
      return approvals.map((approval) => ({ approval, obstacle: obstacles.get(approval.id) }));
    });
  }

  async find(caller: Caller, id: string): Promise<SeenApproval> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const approval = await tx.get(ApprovalRepository).find(id);
      if (!approval) throw new Problem('approval-not-found', `There is no approval ${id} in this workspace.`);
      const obstacles = await this.approvals.obstacles(tx, caller, [approval]);
      return { approval, obstacle: obstacles.get(id) };
    });
  }

  /** Approves, and does what was approved: either both or neither, where it is ours to do. */
  async approve(caller: Caller, id: string, contentHash: string): Promise<SeenApproval> {
    const approval = await this.asDecider(caller, async (tx) => {
      const approved = await this.approvals.approve(tx, caller, id, contentHash);
      await this.handlers.of(approved)?.execute?.(tx, caller, approved);
      return approved;
    });
    await this.handlers.of(approval)?.askOwner?.(caller, approval);
    return this.find(caller, id);
  }

  async reject(caller: Caller, id: string, contentHash: string, comment?: string): Promise<SeenApproval> {
    await this.asDecider(caller, (tx) => this.approvals.reject(tx, caller, id, contentHash, comment));
    return this.find(caller, id);
  }

  async withdraw(caller: Caller, id: string): Promise<SeenApproval> {
    await this.database.inWorkspace(caller.workspace, (tx) => this.approvals.withdraw(tx, caller, id));
    return this.find(caller, id);
  }

  /** Members first, then the approval: the order in which a member's removal withdraws what they asked for. */
  private async asDecider<T>(caller: Caller, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      await tx.get(MemberRepository).lockAll();
      await refuseFormerAdmin(tx, caller);
      return work(tx);
    });
  }

  /** Writes down which were decided by nobody in time, each once, whoever else does the same. */
  async lapseDue(): Promise<void> {
    let due;
    do {
      due = await this.directory.listLapsedApprovals(batch);
      for (const { workspace, id } of due)
        await this.database.inWorkspace(workspace, (tx) => this.approvals.lapse(tx, ourselves, id));
    } while (due.length === batch);
  }
}
