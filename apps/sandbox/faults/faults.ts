import { randomUUID } from 'node:crypto';
import type { Row, SandboxDatabase } from '../store/sandbox-database.js';
import type { Endpoint, Fault, FaultInput } from './fault.js';

/** The request as far as a fault can be scoped by it. */
export interface FaultTarget {
  endpoint: Endpoint;
  client: string | undefined;
  grantType: string | undefined;
}

const matches = (fault: Fault, target: FaultTarget): boolean =>
  fault.endpoint === target.endpoint &&
  (fault.client === undefined || fault.client === target.client) &&
  (fault.grant_type === undefined || fault.grant_type === target.grantType);

/** The faults in force, in the order they were put. */
export class Faults {
  /** How many matching requests each has let by or struck since it was put; a restart begins anew. */
  private readonly seen = new Map<string, number>();

  constructor(private readonly database: SandboxDatabase) {}

  put(fault: FaultInput): Fault {
    const { times, skip, id = randomUUID(), ...document } = fault;
    this.seen.delete(id);
    this.database.run(
      `INSERT INTO fault (id, document, times, skip, hits) VALUES (?, ?, ?, ?, 0)
       ON CONFLICT (id) DO UPDATE SET document = excluded.document, times = excluded.times, skip = excluded.skip, hits = 0`,
      id,
      JSON.stringify(document),
      times ?? null,
      skip,
    );
    return { ...fault, id };
  }

  delete(id: string): boolean {
    return this.database.run('DELETE FROM fault WHERE id = ?', id).changes > 0;
  }

  clear(): void {
    this.database.run('DELETE FROM fault');
  }

  list(): (Fault & { hits: number })[] {
    return this.database
      .rows('SELECT * FROM fault ORDER BY position')
      .map((row) => ({ ...fromRow(row), hits: row['hits'] as number }));
  }

  /** The faults that strike this request; each is counted down as it is taken. */
  strike(target: FaultTarget): Fault[] {
    const matching = this.database
      .rows('SELECT * FROM fault WHERE times IS NULL OR times > 0 ORDER BY position')
      .map(fromRow)
      .filter((fault) => matches(fault, target));
    return matching.filter(({ id, skip, every }) => {
      if (skip > 0) {
        this.database.run('UPDATE fault SET skip = skip - 1 WHERE id = ?', id);
        return false;
      }
      if (this.passes(id, every)) return false;
      this.database.run('UPDATE fault SET times = times - 1, hits = hits + 1 WHERE id = ?', id);
      return true;
    });
  }

  private passes(id: string, every: number): boolean {
    const before = this.seen.get(id) ?? 0;
    this.seen.set(id, before + 1);
    return before % every !== 0;
  }
}

function fromRow(row: Row): Fault {
  const document = JSON.parse(row['document'] as string) as Omit<Fault, 'id' | 'times' | 'skip' | 'every'>;
  const times = row['times'] === null ? {} : { times: row['times'] as number };
  return { every: 1, ...document, ...times, id: row['id'], skip: row['skip'] } as Fault;
}
