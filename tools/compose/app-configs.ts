import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

type Env = Record<string, string>;

/** An app's configuration as the app itself reads it. */
export interface AppConfig {
  app: string;
  /** Reads the environment; throws where the app would refuse to start. Returns the names it looked at. */
  read(env: Env): Set<string>;
}

const appsFolder = new URL('../../apps/', import.meta.url);

/** Finds `apps/<app>/<app>.config.ts` of every app that has one. */
export async function appConfigs(): Promise<AppConfig[]> {
  const found: AppConfig[] = [];
  for (const app of readdirSync(appsFolder)) {
    const file = new URL(`${app}/${app}.config`, appsFolder);
    if (!existsSync(`${file.pathname}.ts`) && !existsSync(`${file.pathname}.js`)) continue;
    const exported = (await import(join('../../apps', app, `${app}.config.js`))) as Record<string, unknown>;
    found.push({ app, read: (env) => namesRead(configReader(app, exported), env) });
  }
  return found;
}

type Reader = (env: Env) => unknown;

function configReader(app: string, exported: Record<string, unknown>): Reader {
  const [name, reader] = Object.entries(exported).find(([, value]) => typeof value === 'function') ?? [];
  if (typeof reader !== 'function') throw new Error(`apps/${app}/${app}.config.ts exports no configuration`);
  const isClass = /^[A-Z]/.test(name ?? '');
  return (env) => (isClass ? (Reflect.construct(reader, [env]) as unknown) : (reader as Reader)(env));
}

/** A configuration looks only at the variables it knows. */
function namesRead(reader: Reader, env: Env): Set<string> {
  const names = new Set<string>();
  const watched = new Proxy(env, {
    get: (target, name) => {
      if (typeof name === 'string') names.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  reader(watched);
  return names;
}
