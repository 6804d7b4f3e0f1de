import { z } from 'zod';
import { pageOf, roleSchema } from '#platform';
import type { Member } from '#storage';

const moment = z.iso.datetime();

export const changeMemberSchema = z
  .strictObject({
    role: roleSchema,
    reason: z.string().trim().min(1).max(500).optional().describe('For the admin who has to approve it.'),
  })
  .meta({ id: 'MemberChange' });
export type MemberChange = z.infer<typeof changeMemberSchema>;

export const memberSchema = z
  .strictObject({
    id: z.string().describe("The person's."),
    name: z.string(),
    email: z.string().nullable(),
    issuer: z.string().describe('The identity provider that they sign in at.'),
    role: roleSchema,
    source: z
      .enum(['claims', 'invitation', 'creation'])
      .describe(
        'Where the role comes from. `claims`: what their identity provider says of them wins over a change made here, at their next sign-in.',
      ),
    joined_at: moment,
    last_sign_in_at: moment.nullable(),
  })
  .meta({ id: 'Member' });
export type MemberView = z.infer<typeof memberSchema>;

export const memberPageSchema = pageOf(memberSchema, 'MemberPage');

export function memberView(member: Member): MemberView {
  const { personId: id, name, email, issuer, role, source, createdAt, lastSignInAt } = member;
  return {
    ...{ id, name, email, issuer, source },
    role: role as MemberView['role'],
    joined_at: createdAt.toISOString(),
    last_sign_in_at: lastSignInAt?.toISOString() ?? null,
  };
}
