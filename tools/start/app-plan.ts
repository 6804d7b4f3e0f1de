import { join } from 'node:path';
import type { DataDirectory } from './data-directory.js';
import { databaseVariable, type DatabaseUrls } from './database-urls.js';
import type { PortPlan, Replica } from './port-plan.js';
import type { Secrets } from './secrets.js';
import type { ReplicatedService } from './settings.js';
import type { Layer } from './system.js';

/** One process of an app of ours. */
export interface AppProcess {
  readonly name: string;
  readonly app: string;
  readonly layer: Layer;
  readonly origin: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface AppPlanInput {
  readonly ports: PortPlan;
  readonly data: DataDirectory;
  readonly secrets: Secrets;
  readonly databases: DatabaseUrls;
  readonly redisUrl: string;
}

const loopback = (port: number): string => `http://127.0.0.1:${port}`;

/** The product at `localhost`, the sandbox at `127.0.0.1`: two sites to a browser, as in life. */
export const publicUrl = (ports: PortPlan): string => `http://localhost:${ports.gateway}`;
export const sandboxUrl = (ports: PortPlan): string => loopback(ports.sandbox);
export const sandboxAdminUrl = (ports: PortPlan): string => loopback(ports.sandboxAdmin);

/** What runs and with which environment. */
export function planApps(input: AppPlanInput): AppProcess[] {
  return [sandbox(input), ...input.ports.replicas.map((replica) => service(replica, input)), gateway(input)];
}

function service({ service: app, name, port }: Replica, input: AppPlanInput): AppProcess {
  const { ports, data, databases, redisUrl } = input;
  const env: Record<string, string> = {
    ...listening(port),
    PUBLIC_URL: publicUrl(ports),
    [databaseVariable(app)]: databases.services[app],
    REDIS_URL: redisUrl,
    ...ownSettings(app, input),
  };
  if (app === 'refresh-worker') env['SPOOL_DIR'] = join(data.path, 'spool', name);
  return { name, app, layer: 'services', origin: loopback(port), env };
}

function ownSettings(app: ReplicatedService, { ports, data, secrets }: AppPlanInput): Record<string, string> {
  const outbound = {
    OUTBOUND_ALLOWED_PRIVATE: `127.0.0.1:${ports.sandbox}`,
    OUTBOUND_SANDBOX_ORIGIN: sandboxUrl(ports),
  };
  if (app === 'admin') {
    return {
      ...outbound,
      SIGN_IN_ISSUERS_FILE: data.signInIssuersFile,
      ASSERTION_KEY_FILE: secrets.assertionKeyFile,
      AUTH_FLOW_URL: firstOrigin(ports, 'auth-flow'),
      REVOCATION_AUDIT_URL: firstOrigin(ports, 'revocation-audit'),
    };
  }
  return {
    ...outbound,
    VAULT_KEY_FILE: secrets.vaultKeyFile,
    ASSERTION_JWKS_FILE: secrets.assertionJwksFile,
  };
}

function gateway({ ports }: AppPlanInput): AppProcess {
  return {
    name: 'gateway',
    app: 'gateway',
    layer: 'gateway',
    origin: loopback(ports.gateway),
    env: {
      ...listening(ports.gateway),
      PUBLIC_URL: publicUrl(ports),
      AUTH_FLOW_URLS: origins(ports, 'auth-flow').join(','),
      REVOCATION_AUDIT_URLS: origins(ports, 'revocation-audit').join(','),
      ADMIN_URLS: origins(ports, 'admin').join(','),
    },
  };
}

function sandbox({ ports, data }: AppPlanInput): AppProcess {
  return {
    name: 'sandbox',
    app: 'sandbox',
    layer: 'sandbox',
    origin: sandboxUrl(ports),
    env: {
      ...listening(ports.sandbox),
      SANDBOX_ISSUER: sandboxUrl(ports),
      SANDBOX_ADMIN_PORT: String(ports.sandboxAdmin),
      SANDBOX_DATA_FILE: join(data.path, 'sandbox', 'sandbox.sqlite'),
      SANDBOX_SEED_FILE: data.sandboxSeedFile,
    },
  };
}

function origins(ports: PortPlan, app: ReplicatedService): string[] {
  return ports.replicas.filter(({ service: of }) => of === app).map(({ port }) => loopback(port));
}

function firstOrigin(ports: PortPlan, app: ReplicatedService): string {
  return origins(ports, app)[0]!;
}

function listening(port: number): Record<string, string> {
  return { NODE_ENV: 'development', HOST: '127.0.0.1', PORT: String(port) };
}
