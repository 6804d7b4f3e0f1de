import { withConnection } from '#embedded';
import { keeper } from './keeper/keeper-client.js';
import type { DatabaseUrls } from './keeper/protocol.js';

export type ServiceName = keyof DatabaseUrls['urls'];

/** A database of one spec file. */
export class TestDatabase {
  constructor(private readonly made: DatabaseUrls) {}

  get name(): string {
    return this.made.name;
  }

  /** The superuser's URL, who sees through row-level security: for assertions and for tests of the schema. */
  get adminUrl(): string {
    return this.made.adminUrl;
  }

  /** The URL of the role that owns the schema and migrates; no superuser. */
  get ownerUrl(): string {
    return this.made.ownerUrl;
  }

  get urls(): DatabaseUrls['urls'] {
    return this.made.urls;
  }

  urlOf(service: ServiceName): string {
    return this.made.urls[service];
  }

  /** Runs one statement as the superuser and returns its rows. */
  async query<Row extends object = Record<string, unknown>>(
    sql: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return withConnection(this.adminUrl, async (client) => (await client.query<Row>(sql, values)).rows);
  }

  /** Drops it, whoever is still connected. */
  async drop(): Promise<void> {
    await (await keeper()).ask('drop-database', { name: this.name });
  }
}

/** A fresh database on the shared Postgres: a clone of the migrated template, or an empty one. */
export async function createDatabase({
  migrated = true,
}: { migrated?: boolean } = {}): Promise<TestDatabase> {
  return new TestDatabase(await (await keeper()).ask('database', { migrated }));
}
