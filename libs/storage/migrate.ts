import { DataSource } from 'typeorm';
import { migrations } from './migrations/index.js';
import { ensureRoles, type ServiceName } from './roles.js';

export interface MigrateOptions {
  /** The owner's URL. It must be allowed to create roles. */
  ownerUrl: string;
  /** Each service's own URL, from which its role gets its password; a missing one keeps the password it has. */
  serviceUrls?: Partial<Record<ServiceName, string>>;
}

export interface MigrationReport {
  /** Names of the migrations that ran now, oldest first. */
  ran: string[];
}

/** Creates the roles and brings the schema up to date, all or nothing. One process at a time (advisory lock). */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  return withOwner(options.ownerUrl, async (source) => {
    const runner = source.createQueryRunner();
    try {
      await runner.query(`SELECT pg_advisory_lock(hashtext('evergrant.migrate'))`);
      await ensureRoles(runner, options.serviceUrls ?? {});
      const ran = await source.runMigrations({ transaction: 'all' });
      return { ran: ran.map((migration) => migration.name) };
    } finally {
      await runner.release();
    }
  });
}

/** Takes back the newest `steps` migrations, newest first. For tests and for an operator who knows why. */
export async function revertMigrations(ownerUrl: string, steps: number): Promise<void> {
  await withOwner(ownerUrl, async (source) => {
    for (let i = 0; i < steps; i++) await source.undoLastMigration({ transaction: 'all' });
  });
}

/** A data source as the schema's owner, destroyed afterwards. */
export async function withOwner<T>(ownerUrl: string, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'evergrant-migrate',
    migrations,
    migrationsTableName: 'schema_migration',
    installExtensions: false,
    parseInt8: true,
    poolSize: 2,
    extra: { connectionTimeoutMillis: 5_000 },
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
