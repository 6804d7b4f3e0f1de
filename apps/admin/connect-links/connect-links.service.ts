import { Injectable } from '@nestjs/common';
import { ConnectLinkRepository, Database, type ConnectLink, type ConnectLinkFilter } from '#storage';

@Injectable()
export class ConnectLinksService {
  constructor(private readonly database: Database) {}

  /** One row more than `limit`, where there is one. */
  async list(
    workspace: string,
    filter: ConnectLinkFilter,
    limit: number,
    after?: string,
  ): Promise<ConnectLink[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(ConnectLinkRepository).list(filter, limit + 1, after),
    );
  }
}
