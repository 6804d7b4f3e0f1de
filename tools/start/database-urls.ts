import { serviceRoles } from '#storage';
import { replicated, type ReplicatedService } from './settings.js';

export interface DatabaseUrls {
  readonly owner: string;
  readonly services: Readonly<Record<ReplicatedService, string>>;
}

/** `auth-flow` is told its URL as AUTH_FLOW_DATABASE_URL. */
export function databaseVariable(service: ReplicatedService): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;
}

/** Each service's own login on the owner's server, unless the environment names another. */
export function serviceDatabaseUrls(
  owner: string,
  passwords: Readonly<Record<ReplicatedService, string>>,
  env: NodeJS.ProcessEnv,
): DatabaseUrls {
  const services = replicated.map((service) => {
    const url = new URL(owner);
    url.username = serviceRoles[service];
    url.password = passwords[service];
    return [service, env[databaseVariable(service)] || url.toString()];
  });
  return { owner, services: Object.fromEntries(services) as DatabaseUrls['services'] };
}
