import { Injectable } from '@nestjs/common';
import { connectionStates } from '#oauth';
import {
  ConnectionListRepository,
  Database,
  isCancelled,
  type ConnectionListFilter,
  type ConnectionListPage,
  type ConnectionListQuery,
} from '#storage';

/** Counted one by one up to here; above, a reader wants to know about how many. */
const mostCounted = 9_999;
/** What counting may take, before an estimate is good enough. */
const countMs = 60;

/** The list of connections, and how long it is. */
@Injectable()
export class ConnectionListService {
  constructor(private readonly database: Database) {}

  async page(workspace: string, query: ConnectionListQuery): Promise<ConnectionListPage> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(ConnectionListRepository).page(query, connectionStates),
    );
  }

  /** Never slow: what cannot be counted quickly is estimated. */
  async count(
    workspace: string,
    filter: ConnectionListFilter,
  ): Promise<{ count: number; estimate: boolean }> {
    const counted = await this.counted(workspace, filter);
    if (typeof counted === 'number') return { count: counted, estimate: false };
    const planned = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(ConnectionListRepository).estimate(filter),
    );
    const least = counted === 'more' ? mostCounted + 1 : 1;
    return { count: rounded(Math.max(planned, least)), estimate: true };
  }

  private async counted(workspace: string, filter: ConnectionListFilter): Promise<number | 'more' | 'slow'> {
    try {
      const count = await this.database.inWorkspace(workspace, (tx) =>
        tx.get(ConnectionListRepository).countUpTo(filter, mostCounted, countMs),
      );
      return count ?? 'more';
    } catch (error) {
      if (isCancelled(error)) return 'slow';
      throw error;
    }
  }
}

/** To three digits: more would pretend to be exact. */
function rounded(count: number): number {
  return Number(count.toPrecision(3));
}
