import { answersPostgres, databaseUser, PostgresServer, withConnection } from '#embedded';
import { KeptProcess } from './kept-process.js';
import { StartError } from './start-error.js';
import { serviceDatabaseUrls, type DatabaseUrls } from './database-urls.js';
import type { StartContext } from './start-context.js';

const DATABASE = 'evergrant';
const OWNER = 'evergrant_owner';
/** Fast shutdown writes a checkpoint; SIGQUIT then is an immediate one, recovered from at the next start. */
const END = { signal: 'SIGINT', patienceMs: 30_000, last: 'SIGQUIT' } as const;
const EXTERNAL_MS = 5_000;

/** The private Postgres, or theirs where DATABASE_URL names one. */
export async function startPostgres(context: StartContext): Promise<DatabaseUrls> {
  const { settings, secrets, env } = context;
  if (settings.databaseUrl) {
    if (!(await answersPostgres(settings.databaseUrl, EXTERNAL_MS, () => true)))
      throw new StartError(
        'The Postgres of DATABASE_URL does not let us in. See that it runs and that the user and password are right, ' +
          'or leave DATABASE_URL out for a private one.',
      );
    return serviceDatabaseUrls(settings.databaseUrl, secrets.passwords.roles, env);
  }
  const server = await privateServer(context);
  const ownerUrl = await provideDatabase(server.url, secrets.passwords.owner);
  return serviceDatabaseUrls(ownerUrl, secrets.passwords.roles, {});
}

async function privateServer({ data, secrets, ports, steps, system }: StartContext): Promise<PostgresServer> {
  const home = data.postgresHome(databaseUser());
  const server = new PostgresServer({
    home,
    port: ports.postgres,
    password: secrets.passwords.postgres,
    logFile: data.log('postgres'),
    durable: true,
  });
  if (!server.initialised) await steps.step('Create the database cluster', () => server.initialise());
  if (!home.startsWith(data.path))
    steps.line(`  The database is in ${home}: its own user cannot enter ${data.path}`);
  const kept = new KeptProcess({
    name: 'postgres',
    logFile: data.log('postgres'),
    runFile: data.run('postgres'),
    end: END,
    report: steps.line,
    launch: async () => {
      if (!(await server.adopt())) await server.start();
      return server.process!;
    },
    isReady: () => answersPostgres(server.url, 0, () => true),
  });
  await steps.step('Start Postgres', () => system.add('postgres', kept).start());
  return server;
}

/** Our database and the role that owns it, which is no superuser: row-level security holds for it too. */
async function provideDatabase(superuserUrl: string, password: string): Promise<string> {
  await withConnection(superuserUrl, async (client) => {
    const has = async (sql: string, name: string) => ((await client.query(sql, [name])).rowCount ?? 0) > 0;
    if (!(await has('SELECT FROM pg_roles WHERE rolname = $1', OWNER)))
      await client.query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD ${client.escapeLiteral(password)}`);
    if (!(await has('SELECT FROM pg_database WHERE datname = $1', DATABASE)))
      await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  });
  const url = new URL(superuserUrl);
  url.username = OWNER;
  url.password = password;
  url.pathname = `/${DATABASE}`;
  return url.toString();
}
