import type { AttributedReads } from '#storage';
import { networkOf } from './read-network.js';

/** Who reads, and from where. */
export interface Reader {
  callerType: string;
  callerId: string;
  address: string;
}

interface Counted {
  workspace: string;
  connection: string;
  reader: Reader;
  reads: number;
  firstAt: Date;
  lastAt: Date;
}

/** Reads since the last take, by connection, caller and address. On the path of every read: one look into one map. */
export class ReadCounts {
  private counts = new Map<string, Counted>();

  count(workspace: string, connection: string, reader: Reader, at: Date): void {
    const key = `${connection} ${reader.callerId} ${reader.address}`;
    const known = this.counts.get(key);
    if (!known) {
      this.counts.set(key, { workspace, connection, reader, reads: 1, firstAt: at, lastAt: at });
      return;
    }
    known.reads += 1;
    if (at > known.lastAt) known.lastAt = at;
  }

  /** All of it, by workspace, and begins anew. Addresses become networks here, once a flush and not once a read. */
  take(): Map<string, AttributedReads[]> {
    const counted = this.counts;
    this.counts = new Map();
    const rows = new Map<string, AttributedReads & { workspace: string }>();
    for (const { workspace, connection, reader, reads, firstAt, lastAt } of counted.values()) {
      const { callerType, callerId, address } = reader;
      const network = networkOf(address);
      const key = `${workspace} ${connection} ${callerType} ${callerId} ${network}`;
      const row = rows.get(key);
      if (row) {
        row.reads += reads;
        if (firstAt < row.firstAt) row.firstAt = firstAt;
        if (lastAt > row.lastAt) row.lastAt = lastAt;
      } else rows.set(key, { workspace, connection, callerType, callerId, network, reads, firstAt, lastAt });
    }
    return Map.groupBy(rows.values(), ({ workspace }) => workspace);
  }
}
