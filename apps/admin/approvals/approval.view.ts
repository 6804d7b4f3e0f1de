import { z } from 'zod';
import type { ApprovalObstacle } from '#composition';
import { listQuery, pageOf } from '#platform';
import { approvalStates, type Approval } from '#storage';
import { actorSchema } from '../audit/audit.view.js';

const moment = z.iso.datetime();
const state = z.enum(approvalStates);

export const approvalsQuery = listQuery.extend({ state: state.optional() });

const contentHash = z
  .string()
  .max(100)
  .describe('As the approval shows it: what you decide is exactly what you read.');

export const approveSchema = z.strictObject({ content_hash: contentHash }).meta({ id: 'ApprovalGrant' });
export const rejectSchema = z
  .strictObject({
    content_hash: contentHash,
    comment: z.string().trim().min(1).max(1_000).optional().describe('For whoever asked.'),
  })
  .meta({ id: 'ApprovalRejection' });
export type Rejection = z.infer<typeof rejectSchema>;

export const approvalSchema = z
  .strictObject({
    id: z.string(),
    action: z.string().describe('e.g. member.role_raise'),
    subject: z.strictObject({ type: z.string(), id: z.string() }),
    content: z.record(z.string(), z.unknown()).describe('Exactly what is done once it is approved.'),
    content_hash: z
      .string()
      .describe('`sha256:` and base64url, over the RFC 8785 JSON of workspace, action, subject and content.'),
    reason: z.string().describe('In the words of whoever asked.'),
    state,
    requested_by: actorSchema,
    requested_at: moment,
    lapses_at: moment.describe('After this it can be neither decided nor used.'),
    decided_by: actorSchema.nullable().describe('Nobody, where it lapsed.'),
    decided_at: moment.nullable(),
    comment: z.string().nullable(),
    used_at: moment.nullable().describe('When what was approved was done.'),
    may_decide: z.boolean().describe('Whether you may approve or reject it.'),
    why_not: z
      .enum(['not_allowed', 'own', 'not_pending'])
      .nullable()
      .describe(
        '`own`: you asked for it, by yourself, with a key that you made, or signed in elsewhere with the same address.',
      ),
  })
  .meta({ id: 'Approval' });
export type ApprovalView = z.infer<typeof approvalSchema>;

export const approvalPageSchema = pageOf(approvalSchema, 'ApprovalPage');

/** An approval, and why whoever reads it cannot decide, where they cannot. */
export interface SeenApproval {
  approval: Approval;
  obstacle: ApprovalObstacle | undefined;
}

export function approvalView({ approval, obstacle }: SeenApproval): ApprovalView {
  const { id, action, subject, content, reason, comment } = approval;
  return {
    ...{ id, action, subject, content, reason, comment, state: approval.state },
    content_hash: approval.contentHash,
    requested_by: approval.requestedBy,
    requested_at: approval.requestedAt.toISOString(),
    lapses_at: approval.lapsesAt.toISOString(),
    decided_by: approval.decidedBy,
    decided_at: approval.decidedAt?.toISOString() ?? null,
    used_at: approval.usedAt?.toISOString() ?? null,
    may_decide: obstacle === undefined,
    why_not: obstacle ?? null,
  };
}
