import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { Problem, type Caller } from '#platform';
import { ApprovalRepository, Database, Directory, type Approval, type ApprovalState } from '#storage';
import { ApprovalHandlers } from './approval-handlers.js';

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
    { workspace }: Caller,
    state: ApprovalState | undefined,
    limit: number,
    after?: string,
  ): Promise<Approval[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(ApprovalRepository).list(state, limit + 1, after),
    );
  }

  async find({ workspace }: Caller, id: string): Promise<Approval> {
    const approval = await this.database.inWorkspace(workspace, (tx) => tx.get(ApprovalRepository).find(id));
    if (!approval) throw new Problem('approval-not-found', `There is no approval ${id} in this workspace.`);
    return approval;
  }

  /** Approves, and does what was approved: either both or neither, where it is ours to do. */
  async approve(caller: Caller, id: string, contentHash: string): Promise<Approval> {
    const approval = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const approved = await this.approvals.approve(tx, caller, id, contentHash);
      await this.handlers.of(approved)?.execute?.(tx, caller, approved);
      return approved;
    });
    await this.handlers.of(approval)?.askOwner?.(caller, approval);
    return this.find(caller, id);
  }

  async reject(caller: Caller, id: string, contentHash: string, comment?: string): Promise<Approval> {
    return this.database.inWorkspace(caller.workspace, (tx) =>
      this.approvals.reject(tx, caller, id, contentHash, comment),
    );
  }

  async withdraw(caller: Caller, id: string): Promise<Approval> {
    return this.database.inWorkspace(caller.workspace, (tx) => this.approvals.withdraw(tx, caller, id));
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
