import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canEnter, databaseUser } from '#embedded';
import { KeptServers } from './kept-servers.js';
import { listenForSpecs } from './listen-for-specs.js';
import { keeperSocket } from './protocol.js';

/** How long the servers outlive the last spec, so that the next run finds them warm. */
const IDLE_MS = 60_000;

const directory = mkdtempSync(join(openTemporaryDirectory(), 'evergrant-testing-'));
chmodSync(directory, 0o711);
mkdirSync(join(directory, 'own'), { mode: 0o711 });

const servers = new KeptServers(directory);
const keeper = await listenForSpecs(keeperSocket(), servers, IDLE_MS);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => keeper.close());
await keeper.closed;
await servers.stop();
rmSync(directory, { recursive: true, force: true });
process.exit(0);

function openTemporaryDirectory(): string {
  return canEnter(databaseUser(), tmpdir()) ? tmpdir() : '/tmp';
}
