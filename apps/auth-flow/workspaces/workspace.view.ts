import { z } from 'zod';
import { pageOf, roleSchema, type Role } from '#platform';
import type { PersonsWorkspace, Workspace } from '#storage';
import { approvalAboveSchema, workspaceStateSchema } from './workspace.dto.js';

export const workspaceSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    state: workspaceStateSchema,
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Workspace' });
export type WorkspaceView = z.infer<typeof workspaceSchema>;

export const createdWorkspaceSchema = workspaceSchema
  .extend({
    api_key: z.string().describe('Its first key, of scope admin; shown this once.'),
    api_key_id: z.string(),
  })
  .meta({ id: 'CreatedWorkspace' });
export type CreatedWorkspaceView = z.infer<typeof createdWorkspaceSchema>;

/** The workspace that is acted in, with its settings. */
export const ownWorkspaceSchema = workspaceSchema
  .extend({ approval_above: approvalAboveSchema })
  .meta({ id: 'OwnWorkspace' });
export type OwnWorkspaceView = z.infer<typeof ownWorkspaceSchema>;

const listedWorkspaceSchema = workspaceSchema
  .extend({ role: roleSchema.optional().describe('Your own there, if you are a person.') })
  .meta({ id: 'ListedWorkspace' });
export const workspacePageSchema = pageOf(listedWorkspaceSchema, 'WorkspacePage');
export type WorkspacePage = z.infer<typeof workspacePageSchema>;

export function workspaceView({ id, name, suspendedAt, createdAt }: Workspace): WorkspaceView {
  return { id, name, state: suspendedAt ? 'suspended' : 'active', created_at: createdAt.toISOString() };
}

export function ownWorkspaceView(workspace: Workspace): OwnWorkspaceView {
  return { ...workspaceView(workspace), approval_above: workspace.approvalAbove };
}

export function personsWorkspaceView({ id, name, role, suspended, createdAt }: PersonsWorkspace) {
  const state = suspended ? ('suspended' as const) : ('active' as const);
  return { id, name, state, created_at: createdAt.toISOString(), role: role as Role };
}
