import { Injectable } from '@nestjs/common';
import { toCloudEvent, type CloudEvent } from '#events';
import type { Caller } from '#platform';
import { Database, OutboxRepository } from '#storage';

/** The workspace's events in the order that never changes, out of Postgres. */
@Injectable()
export class EventsService {
  constructor(private readonly database: Database) {}

  /** Events behind the position, oldest first. */
  async listAfter({ workspace }: Caller, position: number, limit: number): Promise<CloudEvent[]> {
    const rows = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(OutboxRepository).listAfter(position, limit),
    );
    return rows.map(toCloudEvent);
  }
}
