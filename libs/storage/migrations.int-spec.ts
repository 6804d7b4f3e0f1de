import { createDatabase, seedConnection, type TestDatabase } from '#testing';
import { DataSource } from 'typeorm';
import * as storage from './index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase({ migrated: false });
});
afterAll(() => database.drop());

const tables = async (): Promise<string[]> =>
  (
    await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    )
  ).map((row) => row.name);

describe('migrations', () => {
  it('build the schema, take it back whole, and build it again', async () => {
    const { ran } = await storage.migrate({ ownerUrl: database.ownerUrl });
    const built = await tables();
    expect(built).toContain('connection_slot');
    await storage.revertMigrations(database.ownerUrl, ran.length);
    expect(await tables()).toEqual(['schema_migration']);
    await storage.migrate({ ownerUrl: database.ownerUrl });
    expect(await tables()).toEqual(built);
  });

  it('have nothing to do the second time', async () => {
    expect(await storage.migrate({ ownerUrl: database.ownerUrl })).toEqual({ ran: [] });
  });

  it('count the connections that were there before they were counted', async () => {
    const fresh = await createDatabase();
    try {
      const hasCounts = async () =>
        (await fresh.query(`SELECT FROM pg_class WHERE relname = 'connection_count'`)).length > 0;
      while (await hasCounts()) await storage.revertMigrations(fresh.ownerUrl, 1);
      const { workspace, integration } = await seedConnection(fresh);
      await seedConnection(fresh, { workspace, integration, state: 'paused' });
      await seedConnection(fresh);
      await storage.migrate({ ownerUrl: fresh.ownerUrl });
      await seedConnection(fresh, { workspace, integration });
      const counts = await fresh.query(
        `SELECT state, sum(count)::integer AS count FROM connection_count WHERE workspace_id = $1 GROUP BY 1 ORDER BY 1`,
        [workspace],
      );
      expect(counts).toEqual([
        { state: 'active', count: 2 },
        { state: 'paused', count: 1 },
      ]);
    } finally {
      await fresh.drop();
    }
  });

  it('may be started twice at once', async () => {
    const fresh = await createDatabase({ migrated: false });
    try {
      const reports = await Promise.all([1, 2].map(() => storage.migrate({ ownerUrl: fresh.ownerUrl })));
      expect(reports.map((report) => report.ran.length).sort()).toEqual([0, expect.any(Number)]);
    } finally {
      await fresh.drop();
    }
  });

  it('agree with the entities about every column, its type and whether it may be null', async () => {
    const entities = (Object.values(storage) as unknown[]).filter(
      (exported): exported is new () => object =>
        typeof exported === 'function' && String(exported).startsWith('class '),
    );
    const source = new DataSource({ type: 'postgres', url: database.adminUrl, entities });
    await source.initialize();
    const columns = await database.query<{ table: string; column: string; type: string; nullable: boolean }>(
      `SELECT table_name AS table, column_name AS column,
         CASE data_type WHEN 'ARRAY' THEN 'text[]' WHEN 'timestamp with time zone' THEN 'timestamptz' ELSE data_type END AS type,
         is_nullable = 'YES' AS nullable
       FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const known = new Map(columns.map((column) => [`${column.table}.${column.column}`, column]));
    const described = source.entityMetadatas.flatMap((entity) =>
      entity.columns.map((column) => ({
        table: entity.tableName,
        column: column.databaseName,
        type: `${String(column.type)}${column.isArray ? '[]' : ''}`.replace(
          'timestamp with time zone',
          'timestamptz',
        ),
        nullable: column.isNullable,
      })),
    );
    await source.destroy();
    expect(described.length).toBeGreaterThan(100);
    expect(described.map((column) => known.get(`${column.table}.${column.column}`))).toEqual(described);
  });
});
