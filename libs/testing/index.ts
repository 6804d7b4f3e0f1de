/** The test harness: a real Postgres and Redis, processes, a clock, a browser. Production code never imports it. */
export { freePort, freePortBlock } from '#embedded';
export { ApiClient, type ApiAnswer, type Credential } from './api-client.js';
export { chromiumTest, findChromium } from './chromium.js';
export { eventually } from './eventually.js';
export { FaultProxy } from './fault-proxy.js';
export { keeper, KeeperError } from './keeper/keeper-client.js';
export { OwnServer, startPostgres, startRedis } from './own-server.js';
export {
  seedConnection,
  seedWorkspace,
  type ConnectionSeed,
  type SeededConnection,
} from './seed-connection.js';
export { seedGrants, type SandboxGrant } from './seed-grants.js';
export { seedLineages, tokenOfLineage, type Lineages } from './seed-lineages.js';
export { seedTokens } from './seed-tokens.js';
export { ScriptedBrowser, type VisitedPage } from './scripted-browser.js';
export { ProcessNotReadyError, startProcess, TestProcess, type ProcessOptions } from './start-process.js';
export { RunningSystem, startSystem, type Bootstrapped, type SystemOptions } from './start-system.js';
export { createDatabase, TestDatabase, type ServiceName } from './test-database.js';
export { createRedis, TestRedis } from './test-redis.js';
