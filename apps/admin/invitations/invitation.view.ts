import { z } from 'zod';
import { pageOf, roleSchema } from '#platform';
import type { Approval, Invitation } from '#storage';
import { approvalSchema, approvalView } from '../approvals/approval.view.js';
import { actorSchema } from '../audit/audit.view.js';

const aDay = 86_400;
const moment = z.iso.datetime();

export const inviteSchema = z
  .strictObject({
    email: z
      .email()
      .max(254)
      .describe('Whoever accepts it must have this address, verified by their identity provider.'),
    role: roleSchema,
    expires_in_seconds: z
      .int()
      .min(60)
      .max(30 * aDay)
      .default(7 * aDay),
    reason: z.string().trim().min(1).max(500).optional().describe('For the admin who has to approve it.'),
  })
  .meta({ id: 'NewInvitation' });
export type Invite = z.infer<typeof inviteSchema>;

export const invitationSchema = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    state: z
      .enum(['awaiting_approval', 'open', 'accepted', 'revoked', 'refused', 'expired'])
      .describe('`refused`: the approval that it needs was not given.'),
    approval: z.string().nullable().describe('Of another admin, where it makes somebody an admin.'),
    invited_by: actorSchema,
    created_at: moment,
    expires_at: moment,
    accepted_at: moment.nullable(),
    accepted_by: z.string().nullable().describe("The person's id."),
  })
  .meta({ id: 'Invitation' });
export type InvitationView = z.infer<typeof invitationSchema>;

const url = z.string().describe('Hand it to whoever is invited. Shown this once.');

export const invitedSchema = invitationSchema.extend({ url }).meta({ id: 'CreatedInvitation' });
export const awaitingInvitationSchema = invitationSchema
  .extend({ url, approval: approvalSchema })
  .meta({ id: 'AwaitingInvitation' });
export type InvitedView = z.infer<typeof invitedSchema> | z.infer<typeof awaitingInvitationSchema>;

export const invitationPageSchema = pageOf(invitationSchema, 'InvitationPage');

export function invitationView(invitation: Invitation): InvitationView {
  const { id, email, state, approvalId, invitedBy, createdAt, expiresAt, acceptedAt, acceptedBy } =
    invitation;
  return {
    ...{ id, email, state, approval: approvalId },
    role: invitation.role as InvitationView['role'],
    invited_by: invitedBy,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    accepted_at: acceptedAt?.toISOString() ?? null,
    accepted_by: acceptedBy,
  };
}

/** As whoever invites sees it: what they asked for, they do not approve. */
export function invitedView({
  invitation,
  approval,
  url: link,
}: {
  invitation: Invitation;
  approval?: Approval;
  url: string;
}): InvitedView {
  const view = { ...invitationView(invitation), url: link };
  return approval ? { ...view, approval: approvalView({ approval, obstacle: 'own' }) } : view;
}
