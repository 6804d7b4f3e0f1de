import pg from 'pg';
import { TestDatabase } from '#testing';

/** The superuser's eyes over connections that stay: the harness looks often. */
export class PooledDatabase extends TestDatabase {
  private readonly pool = new pg.Pool({ connectionString: this.adminUrl, max: 8 });

  constructor(made: ConstructorParameters<typeof TestDatabase>[0]) {
    super(made);
    // Postgres is killed on purpose; the next query connects again.
    this.pool.on('error', () => undefined);
  }

  override async query<Row extends object = Record<string, unknown>>(
    sql: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, values)).rows;
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}
