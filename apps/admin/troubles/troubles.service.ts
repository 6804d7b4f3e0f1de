import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { decodeCursor, page, Problem, requestId, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  mostTroublesCounted,
  ProviderIncidents,
  RefreshWorkers,
  SignIns,
  tellOfIncident,
  troubleKinds,
  TroubleRepository,
  type ProviderIncident,
} from '#storage';
import {
  troubleCursor,
  troubleView,
  workerView,
  type TroubleCountsView,
  type troublesQuery,
  type TroublesView,
} from './troubles.view.js';

const shownIncidents = 50;

/** What does not go on by itself, and what an operator may say about it. */
@Injectable()
export class TroublesService {
  constructor(
    private readonly database: Database,
    private readonly incidents: ProviderIncidents,
    private readonly workers: RefreshWorkers,
    private readonly signIns: SignIns,
  ) {}

  async list(workspace: string, query: z.infer<typeof troublesQuery>): Promise<TroublesView> {
    const { kind, limit } = query;
    const [of, ...after] = decodeCursor(query.cursor, troubleCursor) ?? [];
    if (of !== undefined && of !== kind) throw new Problem('invalid-cursor', 'It belongs to another kind.');
    const workers = await this.workers.list();
    return this.database.inWorkspace(workspace, async (tx) => {
      const troubles = tx.get(TroubleRepository);
      const shown = kind
        ? page(
            await troubles.page(kind, limit + 1, after.length === 2 ? after : undefined),
            limit,
            ({ position }) => [kind, ...position],
            troubleView,
          )
        : { data: (await troubles.list(limit)).map(troubleView), next_cursor: null };
      return {
        ...shown,
        counts: await troubles.count(),
        workers: workers.filter(({ spooled, running }) => spooled > 0 || !running).map(workerView),
      };
    });
  }

  /** What the navigation shows beside its entry. */
  async count(workspace: string): Promise<TroubleCountsView> {
    const workers = await this.workers.list();
    const counts = await this.database.inWorkspace(workspace, (tx) => tx.get(TroubleRepository).count());
    return {
      ...counts,
      spooled: workers.reduce((sum, { spooled }) => sum + spooled, 0),
      at_least: troubleKinds.filter((kind) => counts[kind] >= mostTroublesCounted),
    };
  }

  listIncidents(): Promise<ProviderIncident[]> {
    return this.incidents.list(shownIncidents);
  }

  async endIncident(caller: Caller, id: string): Promise<ProviderIncident> {
    const ended = await this.incidents.end(id, caller.actor.id);
    if (!ended) throw new Problem('incident-not-open', `There is no open incident ${id}.`);
    await tellOfIncident(this.database, this.incidents, ended, {
      type: 'provider.incident_closed',
      actor: caller.actor,
      requestId: requestId(),
    });
    return ended;
  }

  /** Its disk does not come back: what it may have held is waited for no longer. */
  async giveUpWorker(caller: Caller, id: string): Promise<void> {
    if (!(await this.workers.giveUp(id)))
      throw new Problem('worker-running', `${id} was seen a moment ago, or never.`);
    // Workers are everybody's: so is what was given up with one.
    for (const workspace of await this.signIns.listWorkspaces())
      await this.database.inWorkspace(workspace, (tx) =>
        tx.get(AuditRepository).append({
          actor: caller.actor,
          action: 'refresh_worker.given_up',
          subject: { type: 'refresh_worker', id },
          detail: {},
          requestId: requestId(),
        }),
      );
  }
}
