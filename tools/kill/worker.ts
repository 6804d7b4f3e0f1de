import { Logger } from '@nestjs/common';
import { EventStream, RedisConnections } from '#events';
import { OutboundClient } from '#outbound';
import { Metrics, Repeating } from '#platform';
import { ProviderCatalogue } from '#providers';
import {
  Connection,
  ConnectionSlot,
  Directory,
  Integration,
  IntegrationSecret,
  openDatabase,
  OutboxEvent,
  RefreshAttempt,
  TokenSet,
  WorkspaceKeys,
  type Database,
} from '#storage';
import { openVault } from '#vault';
import { assembleEngine, openGate } from '../../apps/refresh-worker/refreshing/assemble-engine.js';
import { EngineService } from '../../apps/refresh-worker/refreshing/engine.service.js';
import { OutboxRelay } from '../../apps/refresh-worker/relay/outbox.relay.js';
import { Failpoints } from './failpoints.js';
import { Flights } from './flights.js';
import { setTraps, trapRelay } from './traps.js';
import type { Answer, Command, WorkerSettings } from './worker-protocol.js';

/*
 * A refresh worker as production has it, but for Nest and the queue: the same engine, resolver, spool and relay over real
 * Postgres, Redis, disk and network, with failpoints in between. What is due it claims from Postgres itself.
 */
const entities = [
  Connection,
  ConnectionSlot,
  Integration,
  IntegrationSecret,
  OutboxEvent,
  RefreshAttempt,
  TokenSet,
];
const batch = 500;
const failpoints = new Failpoints();
const flights = new Flights();

Logger.overrideLogger(false);
process.on('message', (command: Command) => void obey(command));
process.on('disconnect', () => process.exit(0));
answer({ done: 'load' });

async function obey(command: Command): Promise<void> {
  if (command.do === 'start') await start(command.settings);
  if (command.do === 'arm') failpoints.arm(command);
  if (command.do === 'disarm') failpoints.disarm();
  answer({ done: command.do, ...(command.do === 'report' && { landingMs: flights.landingMs.splice(0) }) });
}

function answer(message: Answer): void {
  process.send!(message);
}

async function start(settings: WorkerSettings): Promise<void> {
  const database = await patientlyOpened(settings);
  const { sandboxOrigin, spoolFolder, sabotage } = settings;
  const parts = assembleEngine({
    database,
    vault: openVault(settings.keyFile, new WorkspaceKeys(database)),
    catalogue: new ProviderCatalogue({ sandboxOrigin }),
    outbound: new OutboundClient({ production: false, allowedPrivateOrigins: [], sandboxOrigin }),
    spoolFolder,
  });
  const { store, endpoint, spool, drain } = parts;
  setTraps({ store, endpoint, spool }, { failpoints, flights, journal: settings.journal, sabotage });
  const engine = new EngineService(store, endpoint, spool, openGate);
  const directory = new Directory(database);
  const redis = new RedisConnections(settings.redisUrl, 'kill-worker');
  const stream = new EventStream(redis);
  trapRelay(stream, failpoints, sabotage);
  resolve(engine, directory, () => drain.drain(), settings.tickMs);
  plan(engine, directory, settings);
  new OutboxRelay(database, directory, stream, redis, new Metrics('kill-worker')).onApplicationBootstrap();
}

/** As StorageModule does at start. */
async function patientlyOpened({
  databaseUrl: url,
  name: applicationName,
}: WorkerSettings): Promise<Database> {
  for (;;) {
    try {
      return (await openDatabase({ url, applicationName, entities })).database;
    } catch {
      await new Promise((again) => setTimeout(again, 200));
    }
  }
}

/** What ResolverScheduler does each second: the spool first, then whatever is overdue, not waiting for one another. */
function resolve(
  { resolver }: EngineService,
  directory: Directory,
  drain: () => Promise<number>,
  tickMs: number,
): void {
  const inHand = new Set<string>();
  new Repeating('resolver', tickMs, async () => {
    await drain();
    for (const { workspace, id } of await directory.listOverdueAttempts(batch)) {
      if (inHand.has(id)) continue;
      inHand.add(id);
      resolver
        .resolve(workspace, id)
        .catch(() => undefined)
        .finally(() => inHand.delete(id));
    }
  }).start();
}

/** Its own name is the epoch: what a worker had claimed when it died is free for the next, as after the loss of a queue. */
function plan(engine: EngineService, directory: Directory, { name, tickMs }: WorkerSettings): void {
  new Repeating('planner', tickMs, async () => {
    for (const { workspace, connectionId: connection, slot, generation } of await directory.claimDueSlots(
      0,
      name,
      batch,
    ))
      engine.refresh({ workspace, connection, slot, generation }, 'planned').catch(() => undefined);
  }).start();
}
