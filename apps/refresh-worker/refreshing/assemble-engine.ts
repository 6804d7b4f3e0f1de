import type { OutboundClient } from '#outbound';
import type { ProviderCatalogue } from '#providers';
import type { Gate } from '#refresh';
import { RefreshCalls, type Database } from '#storage';
import type { Vault } from '#vault';
import { OrphansService } from '../resolving/orphans.service.js';
import { SpoolDrainService } from '../spool/spool-drain.service.js';
import { Spool } from '../spool/spool.js';
import { FailuresService } from './failures.service.js';
import { IntegrationHealthService } from './integration-health.service.js';
import { PromotionsService } from './promotions.service.js';
import type { RefreshFacts } from './refresh-facts.js';
import { RefreshStoreService } from './refresh-store.service.js';
import { TokenEndpointService } from './token-endpoint.service.js';
import { WorkerIdentity } from './worker-identity.js';

export interface EngineParts {
  database: Database;
  vault: Vault;
  catalogue: ProviderCatalogue;
  outbound: OutboundClient;
  spoolFolder: string;
}

/** The engine's parts put together by hand, without Nest: what the kill harness and the benchmarks drive. */
export function assembleEngine({ database, vault, catalogue, outbound, spoolFolder }: EngineParts) {
  const calls = new RefreshCalls(database);
  const integrations = new IntegrationHealthService();
  const worker = new WorkerIdentity(spoolFolder);
  const spool = new Spool(spoolFolder);
  const promotions = new PromotionsService(calls, database, vault, integrations);
  const failures = new FailuresService(database, integrations);
  const store = new RefreshStoreService(calls, database, vault, catalogue, worker, promotions, failures);
  const endpoint = new TokenEndpointService(outbound, new OrphansService(database, outbound));
  return { store, endpoint, spool, worker, drain: new SpoolDrainService(calls, spool) };
}

/** Lets everything begin: where no provider has incidents, and nobody set a limit. */
export const openGate: Gate<RefreshFacts> = {
  admit: async () => ({ release: () => undefined }),
  refusalsAreDoubted: () => false,
  takeBackRefusal: () => undefined,
};
