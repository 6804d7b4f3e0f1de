import { z } from 'zod';

export const workspaceIdSchema = z.string().min(1).max(100);

const name = z.string().trim().min(1).max(200);
export const workspaceStateSchema = z
  .enum(['active', 'suspended'])
  .describe('Suspended: its credentials are refused and its links lead nowhere; renewals go on.');

export const approvalAboveSchema = z
  .int()
  .min(0)
  .max(1_000_000_000)
  .nullable()
  .describe(
    'More connections than this are not revoked at once without a second human; 0: none are. Null, or more than the installation allows: as the installation says.',
  );

export const createWorkspaceSchema = z.strictObject({ name }).meta({ id: 'NewWorkspace' });
export type CreateWorkspace = z.infer<typeof createWorkspaceSchema>;

export const updateWorkspaceSchema = z
  .strictObject({
    name: name.optional(),
    state: workspaceStateSchema.optional(),
    approval_above: approvalAboveSchema.optional(),
  })
  .meta({ id: 'WorkspaceChange' });
export type UpdateWorkspace = z.infer<typeof updateWorkspaceSchema>;
