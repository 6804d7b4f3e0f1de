import { Injectable } from '@nestjs/common';
import { connectionStates, transition } from '#oauth';
import { Problem, requestId, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  FreezeRepository,
  newId,
  SelectionRepository,
  type Freeze,
  type Transaction,
} from '#storage';
import type { PreviewView } from '../selection/preview.view.js';
import { checkExpected, SelectionService } from '../selection/selection.service.js';
import { filterOf, keptSelector, type Selector } from '../selection/selector.dto.js';
import type { ShownFreeze } from './freeze.view.js';

/** States that a pause leads out of, or that are paused already. */
const freezable = connectionStates.filter((state) => transition(state, 'paused', null).ok);

/** Freezes: neither serve nor renew what a selector finds, and keep its grants; and the way back. */
@Injectable()
export class FreezesService {
  constructor(
    private readonly database: Database,
    private readonly selections: SelectionService,
  ) {}

  async preview({ workspace }: Caller, selector: Selector): Promise<PreviewView> {
    return this.database.inWorkspace(workspace, (tx) => this.selections.preview(tx, selector, freezable));
  }

  /** Fixes the targets in the transaction that makes it. */
  async create(
    caller: Caller,
    wish: { selector: Selector; reason: string; expectedCount?: number },
  ): Promise<ShownFreeze> {
    const id = newId('frz');
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const selector = keptSelector(wish.selector);
      const { reason } = wish;
      const freezes = tx.get(FreezeRepository);
      await freezes.insert({ id, selector, reason, requestedBy: caller.actor, requestId: requestId() });
      const found = tx.get(SelectionRepository).idsStatement(filterOf(wish.selector), freezable);
      const targets = await freezes.fixTargets(id, found);
      checkExpected(targets, wish.expectedCount);
      await audit(tx, caller, 'created', id, { selector, reason, targets });
      return shown(tx, id);
    });
  }

  /** Begins to undo what it paused, and nothing else; once more it changes nothing. */
  async lift(caller: Caller, id: string): Promise<ShownFreeze> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const freezes = tx.get(FreezeRepository);
      const freeze = await freezes.lock(id);
      if (!freeze) throw notFound(id);
      if (freeze.state === 'freezing' || freeze.state === 'frozen') {
        await freezes.lift(id, caller.actor);
        await audit(tx, caller, 'lifted', id);
      }
      return shown(tx, id);
    });
  }

  async find({ workspace }: Caller, id: string): Promise<ShownFreeze> {
    return this.database.inWorkspace(workspace, (tx) => shown(tx, id));
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<ShownFreeze[]> {
    return this.database.inWorkspace(workspace, async (tx) =>
      withCounts(tx, await tx.get(FreezeRepository).list(limit + 1, after)),
    );
  }
}

async function shown(tx: Transaction, id: string): Promise<ShownFreeze> {
  const freeze = await tx.get(FreezeRepository).find(id);
  if (!freeze) throw notFound(id);
  return (await withCounts(tx, [freeze]))[0]!;
}

async function withCounts(tx: Transaction, freezes: readonly Freeze[]): Promise<ShownFreeze[]> {
  const counts = await tx.get(FreezeRepository).countTargets(freezes.map(({ id }) => id));
  return freezes.map((freeze) => ({ freeze, counts: counts.get(freeze.id)! }));
}

function notFound(id: string): Problem {
  return new Problem('freeze-not-found', `There is no freeze ${id} in this workspace.`);
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  step: string,
  id: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await tx.get(AuditRepository).append({
    ...{ actor, action: `freeze.${step}`, subject: { type: 'freeze', id }, detail, requestId: requestId() },
  });
}
