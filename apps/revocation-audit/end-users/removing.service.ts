import { Injectable } from '@nestjs/common';
import {
  ApprovalRepository,
  AuditRepository,
  Database,
  EndUserRepository,
  eraseConnections,
  lockForErasure,
  OutboxRepository,
  RevocationRepository,
  type EndUserRemoval,
  type Transaction,
} from '#storage';

const chunk = 100;
/** After a failure, or a death half-way, it is tried again this much later. */
const leaseMs = 10_000;
const soonMs = 1_000;
const latestMs = 60_000;

/** Erases what a removal means, connection by connection as each comes to its end. Every step is one transaction. */
@Injectable()
export class RemovingService {
  constructor(private readonly database: Database) {}

  async work(workspace: string, id: string, goesOn: () => boolean): Promise<void> {
    const removal = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(EndUserRepository).claimRemoval(id, leaseMs),
    );
    if (!removal) return;
    const fate = await this.database.inWorkspace(workspace, (tx) => this.fate(tx, removal));
    if (fate === 'runs') while (goesOn() && (await this.eraseSome(workspace, removal)) === chunk);
    if (!goesOn()) return;
    await this.database.inWorkspace(workspace, (tx) => this.settle(tx, removal, fate));
  }

  /** What became of its revocation: before a second human agreed nothing is erased, and after a refusal nothing more. */
  private async fate(
    tx: Transaction,
    { revocationId }: EndUserRemoval,
  ): Promise<'waits' | 'runs' | 'stopped'> {
    const revocation = await tx.get(RevocationRepository).find(revocationId);
    if (!revocation || revocation.state === 'cancelled' || revocation.state === 'rejected') return 'stopped';
    if (revocation.state !== 'awaiting_approval') return 'runs';
    const approval = revocation.approvalId
      ? await tx.get(ApprovalRepository).find(revocation.approvalId)
      : undefined;
    const mayStart = approval?.state === 'pending' || approval?.state === 'approved';
    return mayStart && approval.lapsesAt > new Date() ? 'waits' : 'stopped';
  }

  private async eraseSome(workspace: string, removal: EndUserRemoval): Promise<number> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const endUsers = tx.get(EndUserRepository);
      const ids = await endUsers.listErasable(removal, chunk);
      if (ids.length === 0) return 0;
      // What ended stays ended: nothing leads out of revoked. Those that another replica took are gone.
      const connections = await lockForErasure(tx, ids);
      const { requestedBy: actor, requestId } = removal;
      await eraseConnections(tx, connections, {
        ...{ actor, requestId: requestId ?? undefined, about: { removal: removal.id } },
      });
      await endUsers.countErased(removal.id, connections.length);
      return ids.length;
    });
  }

  private async settle(tx: Transaction, removal: EndUserRemoval, fate: 'waits' | 'runs' | 'stopped') {
    const endUsers = tx.get(EndUserRepository);
    const { id, endUser, revocationId: revocation, connections, createdAt } = removal;
    const isErased = fate === 'runs' && (await endUsers.countLeft(removal)) === 0;
    if (!isErased && fate !== 'stopped') {
      // Providers that are down for days are not asked after each second.
      const age = Date.now() - createdAt.getTime();
      return endUsers.postponeRemoval(id, Math.min(latestMs, Math.max(soonMs, age / 10)));
    }
    if (!(await endUsers.finishRemoval(id, isErased ? 'erased' : 'stopped'))) return;
    await tx.get(AuditRepository).append({
      actor: removal.requestedBy,
      action: isErased ? 'end_user.removed' : 'end_user.removal_stopped',
      subject: { type: 'end_user', id: endUser },
      detail: { removal: id, revocation, connections },
      requestId: removal.requestId ?? undefined,
    });
    if (!isErased) return;
    await tx.get(OutboxRepository).append({
      ...{ subject: id, type: 'end_user.removed' },
      data: { end_user: endUser, removal: id, revocation, connections },
    });
  }
}
