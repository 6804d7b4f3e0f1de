import { Injectable } from '@nestjs/common';
import { Problem, type Caller } from '#platform';
import {
  ConnectionRepository,
  Database,
  ReaderRepository,
  type ConnectionReader,
  type ReadGap,
} from '#storage';

const shownGaps = 50;

/** Who read a connection's tokens. */
@Injectable()
export class ReadersService {
  constructor(private readonly database: Database) {}

  async find(
    { workspace }: Caller,
    connection: string,
  ): Promise<{ readers: ConnectionReader[]; gaps: ReadGap[] }> {
    return this.database.inWorkspace(workspace, async (tx) => {
      if (!(await tx.get(ConnectionRepository).find(connection)))
        throw new Problem('connection-not-found', `There is no connection ${connection} in this workspace.`);
      const readers = tx.get(ReaderRepository);
      return {
        readers: await readers.readersOf([connection]),
        gaps: await readers.listGaps(shownGaps),
      };
    });
  }
}
