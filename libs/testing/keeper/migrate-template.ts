import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot, type DatabaseUrls } from './protocol.js';

/** Runs the product's own migration step on a database; a checkout without one leaves it empty. */
export async function migrate(database: DatabaseUrls): Promise<void> {
  const step = join(repositoryRoot, 'dist', 'tools', 'migrate', 'main.js');
  if (!existsSync(step)) return;
  const serviceUrls = Object.entries(database.urls).map(([service, url]) => [
    `${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`,
    url,
  ]);
  try {
    await promisify(execFile)(process.execPath, [step], {
      env: { ...process.env, ...Object.fromEntries(serviceUrls), DATABASE_URL: database.ownerUrl },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`the migration of the test template failed:\n${stdout ?? ''}${stderr ?? ''}`, {
      cause: error,
    });
  }
}
