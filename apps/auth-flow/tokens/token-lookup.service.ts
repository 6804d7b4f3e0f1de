import { Injectable } from '@nestjs/common';
import { BatchedLookup, TokenReader, type ReadableToken } from '#storage';

interface Asked {
  workspace: string;
  connection: string;
}

/**
 * The read path's one way to Postgres. Reads that arrive while a call runs share the next prepared call; nothing is
 * cached, so a read begun after a revocation's answer sees the revocation.
 */
@Injectable()
export class TokenLookupService {
  private readonly lookup: BatchedLookup<Asked, ReadableToken[]>;

  constructor(private readonly reader: TokenReader) {
    this.lookup = new BatchedLookup(
      (asked) => this.readAll(asked),
      ({ workspace, connection }) => textOf(workspace, connection),
    );
  }

  /** A row for each slot; one without a slot where there are no tokens yet; none where there is no such connection. */
  async find(workspace: string, connection: string): Promise<ReadableToken[]> {
    return (await this.lookup.find({ workspace, connection })) ?? [];
  }

  private async readAll(asked: readonly Asked[]): Promise<Map<string, ReadableToken[]>> {
    const byWorkspace = Map.groupBy(asked, ({ workspace }) => workspace);
    const found = new Map<string, ReadableToken[]>();
    await Promise.all(
      [...byWorkspace].map(async ([workspace, of]) => {
        const rows = await this.reader.read(
          workspace,
          of.map(({ connection }) => connection),
        );
        for (const row of rows) {
          const text = textOf(workspace, row.connectionId);
          const others = found.get(text);
          if (others) others.push(row);
          else found.set(text, [row]);
        }
      }),
    );
    return found;
  }
}

function textOf(workspace: string, connection: string): string {
  return `${workspace} ${connection}`;
}
