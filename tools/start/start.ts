import { databaseUser } from '#embedded';
import { planApps, publicUrl } from './app-plan.js';
import { readBootstrap } from './bootstrap-file.js';
import { completeBootstrap, settleBootstrap } from './bootstrap.js';
import { refuseBusyPorts } from './busy-ports.js';
import { DataDirectory } from './data-directory.js';
import { lockDataDirectory } from './launcher-lock.js';
import { LogTail } from './log-tail.js';
import { migrateDatabase } from './migrate-database.js';
import { endOrphans, leftBehind } from './orphans.js';
import { planPorts } from './port-plan.js';
import { provideSecrets } from './secrets.js';
import { readSettings } from './settings.js';
import { endOnSignals } from './signals.js';
import { writeSignInFiles } from './sign-in-files.js';
import { startApps } from './start-apps.js';
import type { StartContext } from './start-context.js';
import { startPostgres } from './start-postgres.js';
import { startRedis } from './start-redis.js';
import type { Steps } from './steps.js';
import { System } from './system.js';

/** Starts the whole product on this machine and keeps it running until a signal. */
export async function start(steps: Steps, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const settings = readSettings(env);
  const ports = planPorts(settings.port, settings.replicas);
  const data = new DataDirectory(settings.dataDirectory);
  data.prepare(databaseUser());
  readBootstrap(data);
  const release = await lockDataDirectory(data, publicUrl(ports));
  const system = new System();
  endOnSignals(system, steps, release);
  try {
    await reportOrphans(data, steps);
    const secrets = await provideSecrets(data);
    await run({ settings, env, data, ports, secrets, steps, system });
  } catch (error) {
    // An end that was asked for makes steps fail on their way; it is reported by whoever ends.
    if (system.isEnding) return;
    await system.stop();
    release();
    throw error;
  }
}

async function run(context: StartContext): Promise<void> {
  const { data, env, ports, steps, secrets, system } = context;
  await refuseBusyPorts(ports, heldPorts(context));
  const databases = await startPostgres(context);
  const redisUrl = await startRedis(context);
  await steps.step('Migrate the database', () => migrateDatabase(databases, env));
  const settled = settleBootstrap(context);
  const { admin, sandbox_url } = settled.bootstrap;
  writeSignInFiles(data, settled.bootstrap, secrets.passwords.dashboardClient);
  const tail = new LogTail(steps.line);
  await startApps(context, tail, planApps({ ports, data, secrets, databases, redisUrl }));
  await completeBootstrap(context, databases.owner, settled);
  if (system.isEnding) return;
  steps.line('');
  steps.line(
    `  To sign in, open ${publicUrl(ports)} as ${admin.email}; the password is in ${data.bootstrapFile}`,
  );
  steps.line(`  The sandbox is at ${sandbox_url}; the API key and all else is in the same file`);
  steps.line(`  Logs are in ${data.log('*')}`);
  steps.line('  Ctrl-C ends it');
  steps.line('');
  steps.line(`evergrant is ready at ${publicUrl(ports)}`);
}

async function reportOrphans(data: DataDirectory, steps: Steps): Promise<void> {
  const ended = await endOrphans(data);
  if (ended.length > 0) steps.line(`  Ended what an earlier start left running: ${ended.join(', ')}`);
}

/** Ports that are taken by servers of ours, which are taken over. */
function heldPorts({ data, ports, settings }: StartContext): Set<number> {
  const held = new Set<number>();
  if (settings.databaseUrl || leftBehind(data.run('postgres'))) held.add(ports.postgres);
  if (settings.redisUrl || leftBehind(data.run('redis'))) held.add(ports.redis);
  return held;
}
