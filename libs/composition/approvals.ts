import { Injectable } from '@nestjs/common';
import { mayUse, Problem, requestId, type Actor, type Caller } from '#platform';
import { ApprovalRepository, AuditRepository, type Approval, type Transaction } from '#storage';
import { approvalHash, type ApprovalPurpose } from './approval-hash.js';

const aDay = 86_400;

/** What is asked of a second human. */
export interface ApprovalWish extends ApprovalPurpose {
  /** In the words of whoever asks. */
  reason: string;
  lapseSeconds?: number;
}

/** Why somebody cannot decide: they may decide nothing, they asked for it, or it waits no longer. */
export type ApprovalObstacle = 'not_allowed' | 'own' | 'not_pending';

/**
 * The one mechanism for what needs a second human. An approval is bound to its exact content by a hash, is decided
 * by a person other than the one who asked, whichever key they asked with, and is used once.
 */
@Injectable()
export class Approvals {
  async request(
    tx: Transaction,
    caller: Caller,
    { action, subject, content, reason, lapseSeconds = aDay }: ApprovalWish,
  ): Promise<Approval> {
    const approval = await tx.get(ApprovalRepository).insert({
      ...{ action, subject, content, reason, lapseSeconds },
      contentHash: approvalHash(tx.workspace, { action, subject, content }),
      requestedBy: caller.actor,
      requestedByPerson: caller.person ?? null,
    });
    await audit(tx, caller.actor, 'requested', approval, { reason });
    return approval;
  }

  async approve(tx: Transaction, caller: Caller, id: string, contentHash: string): Promise<Approval> {
    return this.decide(tx, caller, id, contentHash, 'approved');
  }

  async reject(
    tx: Transaction,
    caller: Caller,
    id: string,
    contentHash: string,
    comment?: string,
  ): Promise<Approval> {
    return this.decide(tx, caller, id, contentHash, 'rejected', comment);
  }

  /** By whoever asked, or by anybody who could have decided. */
  async withdraw(tx: Transaction, caller: Caller, id: string): Promise<Approval> {
    const approval = await found(tx, id);
    if (!isDecider(caller) && !(await isOwn(tx, caller, approval)))
      throw new Problem('forbidden', 'Only whoever asked, or an admin, withdraws it.');
    const withdrawn = await tx.get(ApprovalRepository).decide(id, 'withdrawn', caller.actor);
    if (!withdrawn) throw await notPending(tx, id);
    await audit(tx, caller.actor, 'withdrawn', withdrawn);
    return withdrawn;
  }

  /** What a person asked for who has no place here any more: nobody shall approve it by mistake. */
  async withdrawAllOf(tx: Transaction, actor: Actor, person: string): Promise<void> {
    for (const withdrawn of await tx.get(ApprovalRepository).withdrawAllOf(person, actor))
      await audit(tx, actor, 'withdrawn', withdrawn, { member: person });
  }

  /** Why this caller cannot decide each of these approvals, by id; none where they can. */
  async obstacles(
    tx: Transaction,
    caller: Caller,
    approvals: readonly Approval[],
  ): Promise<Map<string, ApprovalObstacle>> {
    const own = await ownOf(tx, caller, approvals);
    return new Map(
      approvals.flatMap((approval) => {
        const obstacle = obstacleTo(caller, approval, own.has(approval));
        return obstacle ? [[approval.id, obstacle]] : [];
      }),
    );
  }

  /**
   * Takes an approval for what is about to be done, in the transaction that does it.
   * @throws Problem `approval-content-mismatch` where that is not exactly what was approved, `approval-not-usable`
   */
  async use(
    tx: Transaction,
    { actor }: Pick<Caller, 'actor'>,
    id: string,
    purpose: ApprovalPurpose,
  ): Promise<Approval> {
    const { contentHash } = await found(tx, id);
    if (approvalHash(tx.workspace, purpose) !== contentHash)
      throw new Problem('approval-content-mismatch', `${id} was given for something else.`);
    const used = await tx.get(ApprovalRepository).use(id);
    if (!used) throw new Problem('approval-not-usable', `${id} is not approved, has lapsed, or was used.`);
    await audit(tx, actor, 'used', used);
    return used;
  }

  /** Writes down that an approval was decided by nobody in time; undefined where that was done before. */
  async lapse(tx: Transaction, actor: Actor, id: string): Promise<Approval | undefined> {
    const lapsed = await tx.get(ApprovalRepository).lapse(id);
    if (lapsed) await audit(tx, actor, 'lapsed', lapsed);
    return lapsed;
  }

  private async decide(
    tx: Transaction,
    caller: Caller,
    id: string,
    contentHash: string,
    fate: 'approved' | 'rejected',
    comment?: string,
  ): Promise<Approval> {
    const approval = await found(tx, id);
    if (!isDecider(caller)) throw new Problem('forbidden', 'Only an admin who signed in decides.');
    if (await isOwn(tx, caller, approval)) throw new Problem('approval-own', 'Another admin has to decide.');
    if (approval.contentHash !== contentHash)
      throw new Problem('approval-content-mismatch', 'Read it again, and send its content_hash.');
    const decided = await tx.get(ApprovalRepository).decide(id, fate, caller.actor, comment);
    if (!decided) throw await notPending(tx, id);
    await audit(tx, caller.actor, fate, decided, comment === undefined ? {} : { comment });
    return decided;
  }
}

function obstacleTo(caller: Caller, { state }: Approval, isTheirs: boolean): ApprovalObstacle | undefined {
  if (state !== 'pending') return 'not_pending';
  if (!isDecider(caller)) return 'not_allowed';
  return isTheirs ? 'own' : undefined;
}

/** A person, never a key: two keys can be one person. */
function isDecider(caller: Caller): boolean {
  return caller.role !== undefined && caller.person !== undefined && mayUse(caller, 'approvals:decide');
}

async function isOwn(tx: Transaction, caller: Caller, approval: Approval): Promise<boolean> {
  return (await ownOf(tx, caller, [approval])).size > 0;
}

/** Those that the same human asked for. A key stands for whoever made it, and one human may sign in as two people. */
async function ownOf(
  tx: Transaction,
  { person, actor }: Caller,
  approvals: readonly Approval[],
): Promise<Set<Approval>> {
  const persons = [...new Set(approvals.flatMap(({ requestedByPerson }) => requestedByPerson ?? []))];
  const same =
    person === undefined || persons.length === 0
      ? undefined
      : await tx.get(ApprovalRepository).findSameHumans(person, persons);
  return new Set(
    approvals.filter(
      ({ requestedBy, requestedByPerson }) =>
        (requestedByPerson !== null && same?.has(requestedByPerson)) ||
        (actor.type === requestedBy.type && actor.id === requestedBy.id),
    ),
  );
}

async function found(tx: Transaction, id: string): Promise<Approval> {
  const approval = await tx.get(ApprovalRepository).find(id);
  if (!approval) throw new Problem('approval-not-found', `There is no approval ${id} in this workspace.`);
  return approval;
}

async function notPending(tx: Transaction, id: string): Promise<Problem> {
  const { state } = await found(tx, id);
  return new Problem('approval-not-pending', `It is ${state}.`, { members: { state } });
}

async function audit(
  tx: Transaction,
  actor: Actor,
  step: string,
  { id, action, subject, contentHash }: Approval,
  more: Record<string, unknown> = {},
): Promise<void> {
  await tx.get(AuditRepository).append({
    actor,
    action: `approval.${step}`,
    subject: { type: 'approval', id },
    detail: { action, subject, content_hash: contentHash, ...more },
    requestId: requestId(),
  });
}
