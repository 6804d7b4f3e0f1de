import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { databaseVariable, type DatabaseUrls } from './database-urls.js';
import { replicated } from './settings.js';
import { StartError } from './start-error.js';

const program = join(import.meta.dirname, '..', 'migrate', 'main.js');

/** Runs `npm run migrate`'s program as the owner, before anything that uses the schema. */
export async function migrateDatabase(databases: DatabaseUrls, env: NodeJS.ProcessEnv): Promise<void> {
  const urls = Object.fromEntries(
    replicated.map((service) => [databaseVariable(service), databases.services[service]]),
  );
  try {
    await promisify(execFile)(process.execPath, [program], {
      env: { ...env, ...urls, DATABASE_URL: databases.owner },
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new StartError(`The database could not be migrated: ${stderr?.trim() || message}`);
  }
}
