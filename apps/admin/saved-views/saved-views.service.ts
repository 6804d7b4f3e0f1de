import { Injectable } from '@nestjs/common';
import { checkIfMatch, Problem, requestId, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  isDuplicate,
  newId,
  SavedViewRepository,
  type SavedView,
  type SavedViewContent,
  type Transaction,
} from '#storage';
import { savedViewView, type NewSavedView, type SavedViewChange } from './saved-view.view.js';

const mostOfOne = 100;
const mostListed = 500;

/** Views of the dashboard's pages that people keep and share. What is shared is audited. */
@Injectable()
export class SavedViewsService {
  constructor(private readonly database: Database) {}

  async list(caller: Caller, page?: string): Promise<SavedView[]> {
    return this.database.inWorkspace(caller.workspace, (tx) =>
      tx.get(SavedViewRepository).list(caller.actor.id, page, mostListed),
    );
  }

  async find(caller: Caller, id: string): Promise<SavedView> {
    return this.database.inWorkspace(caller.workspace, (tx) => found(tx, caller, id));
  }

  async create(caller: Caller, wish: NewSavedView): Promise<SavedView> {
    return this.naming(wish.name, caller, async (tx) => {
      const views = tx.get(SavedViewRepository);
      if ((await views.countOf(caller.actor.id)) >= mostOfOne)
        throw new Problem('conflict', `One person keeps at most ${mostOfOne} views; delete one first.`);
      const id = newId('svw');
      await views.insert(id, caller.actor.id, wish);
      if (wish.shared) await audit(tx, caller, 'saved_view.shared', id, { after: contentOf(wish) });
      return found(tx, caller, id);
    });
  }

  async change(caller: Caller, id: string, change: SavedViewChange, ifMatch?: string): Promise<SavedView> {
    return this.naming(change.name ?? '', caller, async (tx) => {
      const before = await lockedForChange(tx, caller, id, ifMatch);
      if (before.personId !== caller.actor.id)
        throw new Problem('forbidden', 'Only its owner changes a view; save one of your own.');
      const after = { ...contentOf(before), ...change };
      await tx.get(SavedViewRepository).update(id, after);
      if (before.shared || after.shared)
        await audit(tx, caller, after.shared ? 'saved_view.shared' : 'saved_view.unshared', id, {
          before: contentOf(before),
          after,
        });
      return found(tx, caller, id);
    });
  }

  /** By its owner; a shared one by an admin too. */
  async delete(caller: Caller, id: string, ifMatch?: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const before = await lockedForChange(tx, caller, id, ifMatch);
      if (before.personId !== caller.actor.id && caller.role !== 'admin')
        throw new Problem('forbidden', 'Only its owner or an admin deletes a view.');
      await tx.get(SavedViewRepository).delete(id);
      if (before.shared) await audit(tx, caller, 'saved_view.deleted', id, { before: contentOf(before) });
    });
  }

  private async naming<T>(name: string, caller: Caller, work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.database.inWorkspace(caller.workspace, work);
    } catch (error) {
      if (!isDuplicate(error, 'saved_view_name')) throw error;
      throw new Problem('conflict', `You have a view ${name} of this page.`, {
        errors: [{ pointer: '/name', detail: 'is the name of another view of yours' }],
      });
    }
  }
}

function contentOf({ page, name, query, shared }: SavedViewContent): SavedViewContent {
  return { page, name, query, shared };
}

async function found(tx: Transaction, caller: Caller, id: string): Promise<SavedView> {
  const view = await tx.get(SavedViewRepository).find(id, caller.actor.id);
  if (!view) throw notFound(id);
  return view;
}

async function lockedForChange(
  tx: Transaction,
  caller: Caller,
  id: string,
  ifMatch?: string,
): Promise<SavedView> {
  const view = await tx.get(SavedViewRepository).lock(id, caller.actor.id);
  if (!view) throw notFound(id);
  checkIfMatch(ifMatch, view.version, () => savedViewView(view, caller.actor.id));
  return view;
}

function notFound(id: string): Problem {
  return new Problem('saved-view-not-found', `You see no view ${id} in this workspace.`);
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
    .append({ actor, action, subject: { type: 'saved_view', id }, detail, requestId: requestId() });
}
