import { Injectable } from '@nestjs/common';
import { checkIfMatch, Problem, requestId, requireFreshSignIn, type Caller } from '#platform';
import {
  ApiKeyRepository,
  AuditRepository,
  Database,
  newId,
  WorkspaceRepository,
  type PersonsWorkspace,
  type Transaction,
  type Workspace,
} from '#storage';
import type { ShownApiKey } from '../api-keys/api-keys.service.js';
import { newApiKey } from '../api-keys/new-api-key.js';
import type { CreateWorkspace, UpdateWorkspace } from './workspace.dto.js';

/** Workspaces. Whoever calls acts in one and is told of no other, but for the list of a person's own. */
@Injectable()
export class WorkspacesService {
  constructor(private readonly database: Database) {}

  /** A workspace with its first key. It belongs to whoever made it: a person is its first admin. */
  async create(caller: Caller, { name }: CreateWorkspace): Promise<{ workspace: Workspace } & ShownApiKey> {
    const id = newId('wsp');
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const made = await tx.inOther(id, async (own) => {
        await own.get(WorkspaceRepository).insert(name);
        if (caller.role !== undefined) await own.get(WorkspaceRepository).insertFirstAdmin(caller.actor.id);
        const first = await insertFirstKey(own, caller);
        await audit(own, caller, 'workspace.created', id, { name, api_key: first.apiKey.id });
        return { workspace: await found(own, id), ...first };
      });
      await audit(tx, caller, 'workspace.created', id, { name });
      return made;
    });
  }

  /** A person's own, with their role there; of a key, the one that it belongs to. */
  async list({ workspace, role, actor }: Caller): Promise<{ own: Workspace } | { of: PersonsWorkspace[] }> {
    return this.database.inWorkspace(workspace, async (tx) =>
      role === undefined
        ? { own: await found(tx, workspace) }
        : { of: await tx.get(WorkspaceRepository).listOf(actor.id) },
    );
  }

  async find(caller: Caller, id: string): Promise<Workspace> {
    return this.database.inWorkspace(caller.workspace, (tx) => found(tx, id));
  }

  async update(
    caller: Caller,
    id: string,
    { name, state, approval_above: approvalAbove }: UpdateWorkspace,
    ifMatch: string | undefined,
  ): Promise<Workspace> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const workspaces = tx.get(WorkspaceRepository);
      const before = id === tx.workspace ? await workspaces.lock() : null;
      if (!before) throw notFound(id);
      checkIfMatch(ifMatch, before.version);
      const isRenamed = name !== undefined && name !== before.name;
      const isSuspended = before.suspendedAt !== null;
      const turns = state !== undefined && (state === 'suspended') !== isSuspended;
      const asksOtherwise = approvalAbove !== undefined && approvalAbove !== before.approvalAbove;
      if (!isRenamed && !turns && !asksOtherwise) return before;
      if (asksOtherwise && isLaxer(approvalAbove, before.approvalAbove)) requireFreshSignIn(caller);
      const suspendedAt = turns ? (isSuspended ? null : new Date()) : before.suspendedAt;
      const settings = asksOtherwise ? { approvalAbove } : {};
      await workspaces.update({ ...before, ...settings, name: name ?? before.name, suspendedAt });
      if (asksOtherwise)
        await audit(tx, caller, 'workspace.approval_changed', id, {
          from: before.approvalAbove,
          to: approvalAbove,
        });
      if (isRenamed) await audit(tx, caller, 'workspace.renamed', id, { from: before.name, to: name });
      if (turns) await audit(tx, caller, isSuspended ? 'workspace.resumed' : 'workspace.suspended', id, {});
      return found(tx, id);
    });
  }
}

/** Null is as the installation says, which a workspace cannot go beyond. */
function isLaxer(to: number | null, from: number | null): boolean {
  return (to ?? Infinity) > (from ?? Infinity);
}

/** It ends when the key that made it ends, and reaches no further: making a workspace is no way around that. */
async function insertFirstKey(tx: Transaction, caller: Caller): Promise<ShownApiKey> {
  const { key, stored } = newApiKey();
  const keys = tx.get(ApiKeyRepository);
  const id = newId('key');
  await keys.insert({
    id,
    name: 'first key',
    scopes: ['admin'],
    personId: caller.person ?? null,
    expiresAt: caller.expiresAt ?? null,
    allowedAddresses: caller.allowedAddresses ? [...caller.allowedAddresses] : null,
    ...stored,
  });
  return { apiKey: (await keys.find(id))!, key };
}

async function found(tx: Transaction, id: string): Promise<Workspace> {
  const workspace = id === tx.workspace ? await tx.get(WorkspaceRepository).find() : null;
  if (!workspace) throw notFound(id);
  return workspace;
}

function notFound(id: string): Problem {
  return new Problem('workspace-not-found', `There is no workspace ${id} that you act in.`);
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await tx
    .get(AuditRepository)
    .append({ actor, action, subject: { type: 'workspace', id }, detail, requestId: requestId() });
}
