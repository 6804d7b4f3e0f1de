import { Injectable } from '@nestjs/common';
import { mayUse, type Caller } from '#platform';
import {
  ConsumerCursorRepository,
  Database,
  ForecastRepository,
  OverviewRepository,
  OverviewUpkeep,
  ProviderIncidents,
  RenewalCountRepository,
  type Transaction,
} from '#storage';
import { EVENT_COUNTS } from '../event-counts/event-counts.service.js';
import { incidentView } from '../troubles/troubles.view.js';
import { consentsView, everyState, lagView, providersView, renewalsView } from './overview-charts.js';
import type {
  ConsentsView,
  DueView,
  LagView,
  OverviewIncidentsView,
  ProvidersView,
  RenewalsView,
  StatesView,
} from './overview-parts.view.js';

const shownIntegrations = 50;

/** The overview in parts: each is read by itself, so that one that fails leaves the others standing. */
@Injectable()
export class OverviewPartsService {
  constructor(
    private readonly database: Database,
    private readonly incidents: ProviderIncidents,
    private readonly upkeep: OverviewUpkeep,
  ) {}

  async states(caller: Caller): Promise<StatesView> {
    const open = await this.incidents.listOpen();
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const overview = tx.get(OverviewRepository);
      const states = await overview.countByState();
      return {
        total: sumOf(states),
        estimate: false,
        by_state: everyState(Object.fromEntries(states.map(({ state, count }) => [state, count]))),
        waiting_approvals: mayUse(caller, 'approvals:read') ? await overview.countWaitingApprovals() : null,
        open_incidents: open.length,
        paused_integrations: await overview.countPausedIntegrations(),
      };
    });
  }

  async renewals({ workspace }: Caller, hours: number): Promise<RenewalsView> {
    return this.database.inWorkspace(workspace, async (tx) => {
      // Before the hours: what is counted between the two is then called missing, and not the other way round.
      const eventsNotCounted = await tx.get(ConsumerCursorRepository).countUnseen(EVENT_COUNTS);
      return renewalsView(await tx.get(RenewalCountRepository).listOutcomes(hours), hours, eventsNotCounted);
    });
  }

  async providers({ workspace }: Caller, hours: number): Promise<ProvidersView> {
    const open = await this.incidents.listOpen();
    return this.database.inWorkspace(workspace, async (tx) =>
      providersView(
        await tx.get(RenewalCountRepository).listProviders(hours),
        await tx.get(OverviewRepository).countByProvider(),
        open,
      ),
    );
  }

  async due({ workspace }: Caller, hours: number): Promise<DueView> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const sample = await sampleFor(tx);
      const due = await tx.get(ForecastRepository).due(hours, sample);
      return {
        estimate: sample < 100,
        overdue: due.overdue,
        hours: due.hours.map(({ hour, count }) => ({ hour: hour.toISOString(), count })),
      };
    });
  }

  async consents({ workspace }: Caller, days: number): Promise<ConsentsView> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const sample = await sampleFor(tx);
      return consentsView(await tx.get(ForecastRepository).consents(days, sample), days, sample < 100);
    });
  }

  async troubles({ workspace }: Caller): Promise<OverviewIncidentsView> {
    const open = await this.incidents.listOpen();
    return {
      incidents: open.map(incidentView),
      paused_integrations: await this.database.inWorkspace(workspace, (tx) =>
        tx.get(OverviewRepository).listPausedIntegrations(shownIntegrations),
      ),
    };
  }

  async lag(hours: number): Promise<LagView> {
    return lagView(await this.upkeep.list(hours));
  }
}

async function sampleFor(tx: Transaction): Promise<number> {
  return tx.get(ForecastRepository).sampleFor(sumOf(await tx.get(OverviewRepository).countByState()));
}

function sumOf(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
