import { withConnection } from '#embedded';
import { DataDirectory } from '../start/data-directory.js';
import { readBootstrap } from '../start/bootstrap-file.js';
import { planPorts } from '../start/port-plan.js';
import { provideSecrets } from '../start/secrets.js';
import { readSettings } from '../start/settings.js';

/** Made-up data does not belong there, or nobody can say. */
export class DemoRefused extends Error {
  override readonly name = 'DemoRefused';
}

/**
 * The URL of the database's owner: of the private one of `npm start`, or of DATABASE_URL where that database says of itself
 * that it is for demonstration. @throws DemoRefused
 */
export async function demoTarget(env: NodeJS.ProcessEnv): Promise<string> {
  const { databaseUrl, dataDirectory, port, replicas } = readSettings(env);
  if (databaseUrl !== undefined) return marked(databaseUrl);
  const data = new DataDirectory(dataDirectory);
  if (!readBootstrap(data))
    throw new DemoRefused(
      `There is nothing in ${dataDirectory} yet. Run npm start first, and leave it running.`,
    );
  const { passwords } = await provideSecrets(data);
  return `postgresql://evergrant_owner:${passwords.owner}@127.0.0.1:${planPorts(port, replicas).postgres}/evergrant`;
}

async function marked(url: string): Promise<string> {
  const { name, demo } = await withConnection(url, async (client) => {
    const { rows } = await client.query<{ name: string; demo: string | null }>(
      `SELECT current_database() AS name, current_setting('evergrant.demo', true) AS demo`,
    );
    return rows[0]!;
  });
  if (demo === 'on') return url;
  throw new DemoRefused(
    `The database ${name} is not marked for demonstration, and what is made up cannot be told from what is real later. ` +
      `If nothing in it matters: ALTER DATABASE "${name}" SET evergrant.demo = 'on';`,
  );
}
