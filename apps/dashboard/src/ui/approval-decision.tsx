import { Button, Group } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client, dataOf } from '../api/client.js';
import type { components } from '../api/schema.js';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { DangerDialog } from './danger-dialog.js';
import { toast } from './toasts.js';
import classes from './approval-decision.module.css';

export type Approval = components['schemas']['Approval'];
type Step = 'approve' | 'reject' | 'withdraw';

const words = t.decision;
/** What is old once somebody decided. */
const decided = new Set<unknown>(['approvals', 'revocation', 'revocations', 'members', 'invitations']);

interface DecisionProps {
  approval: Approval;
  /** Verb and noun: `Revoke 212 connections`. */
  action: string;
  /** What will happen once it is approved. */
  children: ReactNode;
  /** What whoever approves types: the count. */
  typed?: string;
}

/** Whether you may decide, and why not; approve, reject, or withdraw what you asked for. */
export function ApprovalDecision({ approval, action, children, typed }: DecisionProps) {
  const { session } = usePageState();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>();
  if (approval.state !== 'pending') return null;
  const isOwn = approval.why_not === 'own' || approval.requested_by.id === session?.person.id;
  const decide = async (chosen: Step, reason: string): Promise<void> => {
    const { state } = await send(chosen, approval, reason);
    if (state in words.done) toast(words.done[state as keyof typeof words.done]);
    await queries.invalidateQueries({ predicate: ({ queryKey: [topic] }) => decided.has(topic) });
  };
  const dialog = {
    approve: { title: words.approveTitle, action, typed, reason: false, what: children },
    reject: {
      ...{ title: words.rejectTitle, action: words.rejectAction, reason: true },
      what: words.rejectWhat,
    },
    withdraw: {
      ...{ title: words.withdrawTitle, action: words.withdraw, reason: false },
      what: words.withdrawWhat,
    },
  };
  const open = step && dialog[step];
  return (
    <div className={classes.decision}>
      <p className={classes.why}>
        <IconInfoCircle size={16} aria-hidden />
        <span>{whoDecides(approval, isOwn)}</span>
      </p>
      <Group gap={8}>
        {approval.may_decide && <Button onClick={() => setStep('approve')}>{words.approve}</Button>}
        {approval.may_decide && (
          <Button variant="default" onClick={() => setStep('reject')}>
            {words.reject}
          </Button>
        )}
        {isOwn && (
          <Button variant="default" onClick={() => setStep('withdraw')}>
            {words.withdraw}
          </Button>
        )}
      </Group>
      <DangerDialog
        isOpen={open !== undefined}
        onClose={() => setStep(undefined)}
        title={open?.title ?? ''}
        action={open?.action ?? ''}
        reason={open?.reason}
        {...(step === 'approve' && typed !== undefined ? { typed } : {})}
        onConfirm={(reason) => decide(step!, reason)}
      >
        {open?.what}
        {step === 'approve' && <p className={classes.fresh}>{words.approveFresh}</p>}
      </DangerDialog>
    </div>
  );
}

function whoDecides({ may_decide: mayDecide, why_not: why }: Approval, isOwn: boolean): string {
  if (mayDecide) return words.mayDecide;
  return words.whyNot[isOwn ? 'own' : (why ?? 'not_allowed')];
}

async function send(
  step: Step,
  { id, content_hash: hash }: Approval,
  comment: string,
): Promise<{ state: string }> {
  const params = { path: { id } };
  if (step === 'withdraw') return dataOf(client.POST('/admin/api/approvals/{id}/withdraw', { params }));
  if (step === 'reject')
    return dataOf(
      client.POST('/admin/api/approvals/{id}/reject', { params, body: { content_hash: hash, comment } }),
    );
  return dataOf(client.POST('/admin/api/approvals/{id}/approve', { params, body: { content_hash: hash } }));
}
