import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Clients } from './control/clients.js';
import { controlApi } from './control/control-api.js';
import { GivenGrants } from './control/given-grants.js';
import { Grants } from './control/grants.js';
import { SignOuts } from './control/sign-outs.js';
import { Faults } from './faults/faults.js';
import { injectFaults } from './faults/inject-faults.js';
import { identifyRequest } from './http/identify-request.js';
import { Listener } from './http/listener.js';
import { serveHealth } from './http/serve-health.js';
import { Ledger } from './ledger/ledger.js';
import { recordArrivals, recordDecisions } from './ledger/record-requests.js';
import { pageSafety } from './pages/page-safety.js';
import { serveInteractions } from './pages/serve-interactions.js';
import { Personas } from './personas/personas.js';
import { wordTokenAnswers } from './personas/word-token-answers.js';
import { createProvider } from './provider/create-provider.js';
import { revokeOddly } from './provider/revoke-oddly.js';
import { AccessTokens } from './resource-server/access-tokens.js';
import { Notes } from './resource-server/notes.js';
import { serveApi } from './resource-server/serve-api.js';
import { followFirstTokens } from './rotation/first-tokens.js';
import { Lineage } from './rotation/lineage.js';
import { PairedGrants } from './rotation/paired-grants.js';
import { registerRefreshGrant } from './rotation/refresh-grant.js';
import { Rotation } from './rotation/rotation.js';
import type { SandboxConfig } from './sandbox.config.js';
import { applySeed } from './seed/apply-seed.js';
import { readSeedFile, type Seed } from './seed/seed-file.js';
import { Records } from './store/records.js';
import { SandboxDatabase } from './store/sandbox-database.js';
import { loadSecrets } from './store/secrets.js';
import { Users } from './users/users.js';

/** A running sandbox. */
export interface Sandbox {
  issuer: string;
  adminUrl: string;
  close(): Promise<void>;
}

const purgeEveryMs = 600_000;

/** Opens the file and both listeners. Ports may be 0; the issuer is then made from the real one. */
export async function startSandbox(config: SandboxConfig, log: Logger): Promise<Sandbox> {
  if (config.NODE_ENV === 'production') {
    throw new Error('The sandbox hands out tokens to anyone: it does not start when NODE_ENV is production.');
  }
  const seed = config.SANDBOX_SEED_FILE ? readSeedFile(config.SANDBOX_SEED_FILE) : undefined;
  const database = new SandboxDatabase(config.SANDBOX_DATA_FILE);
  const listener = await Listener.open(config.HOST, config.PORT);
  const issuer = config.SANDBOX_ISSUER ?? `http://${urlHost(config.HOST)}:${listener.port}`;
  const { application, control, purge } = await assemble({ config, database, issuer, log, seed }).catch(
    async (error: unknown) => {
      await listener.close(0);
      database.close();
      throw error;
    },
  );
  listener.serve(application);
  await control.listen({ host: config.SANDBOX_ADMIN_HOST, port: config.SANDBOX_ADMIN_PORT });
  const { port: adminPort } = control.server.address() as AddressInfo;
  return {
    issuer,
    adminUrl: `http://${urlHost(config.SANDBOX_ADMIN_HOST)}:${adminPort}`,
    close: async () => {
      clearInterval(purge);
      await Promise.all([listener.close(config.SHUTDOWN_TIMEOUT_SECONDS), control.close()]);
      database.close();
    },
  };
}

interface Foundation {
  config: SandboxConfig;
  database: SandboxDatabase;
  issuer: string;
  log: Logger;
  seed: Seed | undefined;
}

async function assemble({ config, database, issuer, log, seed }: Foundation) {
  const secrets = await loadSecrets(database);
  const records = new Records(database);
  const personas = new Personas(database);
  const users = new Users(database);
  const ledger = new Ledger(database);
  const faults = new Faults(database);
  if (config.SANDBOX_USER_LOGIN && config.SANDBOX_USER_PASSWORD) {
    await users.put(config.SANDBOX_USER_LOGIN, { password: config.SANDBOX_USER_PASSWORD });
  }
  const provider = createProvider({ issuer, secrets, records, personas, users });
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'the provider has failed'));
  provider.on('backchannel.error', (_ctx, error, client) =>
    log.warn({ err: error, client: client.clientId }, 'a client was not told of a logout'),
  );
  provider.onerror = (error) => log.error({ err: error }, 'a request has failed');
  if (seed) await applySeed(seed, { provider, records, users });
  const lineage = new Lineage(database);
  const pairedGrants = new PairedGrants(database);
  const rotation = new Rotation(database, records, lineage, ledger);
  registerRefreshGrant(provider, { rotation, records, personas, users });
  const accessTokens = new AccessTokens(provider, secrets.signingKey, (token) =>
    rotation.accessTokenUsed(token),
  );
  provider.use(serveHealth(database));
  provider.use(pageSafety(provider));
  provider.use(identifyRequest(records));
  provider.use(recordArrivals(ledger, records, lineage));
  provider.use(injectFaults(faults, secrets.signingKey));
  provider.use(wordTokenAnswers(personas));
  provider.use(recordDecisions(ledger, provider));
  provider.use(followFirstTokens({ personas, lineage, pairedGrants }));
  provider.use(revokeOddly({ records, personas, provider }));
  provider.use(serveApi({ accessTokens, notes: new Notes(database), users }));
  provider.use(serveInteractions({ provider, users }));
  const purge = () => {
    records.purgeExpired();
    lineage.forgetAnswers(Date.now());
  };
  purge();
  const clients = new Clients(records);
  const grants = new Grants({ records, users, ledger, pairedGrants });
  const givenGrants = new GivenGrants({ provider, database, records, lineage });
  const signOuts = new SignOuts({ provider, records, log });
  return {
    application: provider.callback(),
    control: controlApi({ faults, personas, ledger, users, clients, grants, givenGrants, signOuts }),
    purge: setInterval(purge, purgeEveryMs).unref(),
  };
}

const urlHost = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
