import { resolve } from 'node:path';
import { StartError } from './start-error.js';

/** The services of which there may be several, in the order in which they take their ports. */
export const replicated = ['auth-flow', 'refresh-worker', 'revocation-audit', 'admin'] as const;
export type ReplicatedService = (typeof replicated)[number];

export interface StartSettings {
  readonly dataDirectory: string;
  readonly port: number;
  readonly replicas: Readonly<Record<ReplicatedService, number>>;
  /** The owner's URL of a Postgres of theirs, used in place of the private one. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

const DEFAULT_PORT = 4000;
const MOST_REPLICAS = 8;
/** Leaves room for the services' ports above it. */
const HIGHEST_PORT = 65_535 - 50;

/** Reads the environment; throws one StartError that lists every fault. */
export function readSettings(env: NodeJS.ProcessEnv): StartSettings {
  const faults: string[] = [];
  const settings: StartSettings = {
    dataDirectory: resolve(env['EVERGRANT_DATA_DIR'] || '.data'),
    port: readPort(env['EVERGRANT_PORT'], faults),
    replicas: readReplicas(env['EVERGRANT_REPLICAS'], faults),
    databaseUrl: readUrl('DATABASE_URL', env['DATABASE_URL'], ['postgres:', 'postgresql:'], faults),
    redisUrl: readUrl('REDIS_URL', env['REDIS_URL'], ['redis:', 'rediss:'], faults),
  };
  if (faults.length > 0) throw new StartError(faults.join('\n'));
  return settings;
}

function readPort(value: string | undefined, faults: string[]): number {
  if (!value) return DEFAULT_PORT;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT) return port;
  faults.push(`EVERGRANT_PORT is "${value}": give a port between 1 and ${HIGHEST_PORT}.`);
  return DEFAULT_PORT;
}

function readReplicas(value: string | undefined, faults: string[]): Record<ReplicatedService, number> {
  const replicas = Object.fromEntries(replicated.map((service) => [service, 1])) as Record<
    ReplicatedService,
    number
  >;
  for (const part of (value ?? '').split(',').map((text) => text.trim())) {
    if (part === '') continue;
    const [name, count, ...rest] = part.split('=');
    const known = replicated.find((service) => service === name);
    if (known && rest.length === 0 && /^[1-9]$/.test(count ?? '') && Number(count) <= MOST_REPLICAS)
      replicas[known] = Number(count);
    else
      faults.push(
        `EVERGRANT_REPLICAS has "${part}": write service=count with a count from 1 to ${MOST_REPLICAS}, ` +
          `for ${replicated.join(', ')}.`,
      );
  }
  return replicas;
}

function readUrl(
  name: string,
  value: string | undefined,
  protocols: readonly string[],
  faults: string[],
): string | undefined {
  if (!value) return undefined;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
  faults.push(`${name} is no URL that begins with ${protocols[0]}//.`);
  return undefined;
}
