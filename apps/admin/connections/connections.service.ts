import { Injectable } from '@nestjs/common';
import { Problem } from '#platform';
import {
  ConnectionQueryRepository,
  Database,
  SlotRepository,
  TimelineRepository,
  type ConnectionSlot,
  type ListedConnection,
  type TimelinePosition,
  type TimelineRow,
} from '#storage';

/** Reads connections by admin's own role, which sees no sealed column. */
@Injectable()
export class ConnectionsService {
  constructor(private readonly database: Database) {}

  /** @throws Problem `connection-not-found` */
  async find(workspace: string, id: string): Promise<{ listed: ListedConnection; slots: ConnectionSlot[] }> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const listed = await tx.get(ConnectionQueryRepository).find(id);
      if (!listed) throw notFound(id);
      return { listed, slots: await tx.get(SlotRepository).listOf(id) };
    });
  }

  /** One row more than `limit`, where there is one. @throws Problem `connection-not-found` */
  async timeline(
    workspace: string,
    id: string,
    limit: number,
    after?: TimelinePosition,
  ): Promise<TimelineRow[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const rows = await tx.get(TimelineRepository).list(id, limit + 1, after);
      // An erased connection keeps its history.
      if (rows.length === 0 && !after && !(await tx.get(ConnectionQueryRepository).find(id)))
        throw notFound(id);
      return rows;
    });
  }
}

function notFound(id: string): Problem {
  return new Problem('connection-not-found', `There is no connection ${id} in this workspace.`);
}
