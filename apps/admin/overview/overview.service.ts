import { Injectable } from '@nestjs/common';
import {
  ConsumerCursorRepository,
  Database,
  EventHourCountRepository,
  OverviewRepository,
  type HourCount,
  type IntegrationCount,
} from '#storage';
import { EVENT_COUNTS } from '../event-counts/event-counts.service.js';

export interface Overview {
  byState: { state: string; count: number }[];
  integrations: IntegrationCount[];
  hours: HourCount[];
  eventsNotCounted: number;
}

const integrationLimit = 100;

@Injectable()
export class OverviewService {
  constructor(private readonly database: Database) {}

  async read(workspace: string, hours: number, integration?: string): Promise<Overview> {
    return this.database.inWorkspace(workspace, async (tx) => ({
      // Before the hours: what is counted between the two is then called missing, and not the other way round.
      eventsNotCounted: await tx.get(ConsumerCursorRepository).countUnseen(EVENT_COUNTS),
      byState: await tx.get(OverviewRepository).countByState(),
      integrations: await tx.get(OverviewRepository).countByIntegration(integrationLimit),
      hours: await tx.get(EventHourCountRepository).listHours(hours, integration),
    }));
  }
}
