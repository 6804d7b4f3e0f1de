import { z } from 'zod';

export const workspaceIdSchema = z.string().min(1).max(100);

const name = z.string().trim().min(1).max(200);
export const workspaceStateSchema = z
  .enum(['active', 'suspended'])
  .describe('Suspended: its credentials are refused and its links lead nowhere; renewals go on.');

export const createWorkspaceSchema = z.strictObject({ name }).meta({ id: 'NewWorkspace' });
export type CreateWorkspace = z.infer<typeof createWorkspaceSchema>;

export const updateWorkspaceSchema = z
  .strictObject({ name: name.optional(), state: workspaceStateSchema.optional() })
  .meta({ id: 'WorkspaceChange' });
export type UpdateWorkspace = z.infer<typeof updateWorkspaceSchema>;
