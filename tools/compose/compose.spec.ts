import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parseEnv } from 'node:util';
import { readSeedFile } from '../../apps/sandbox/seed/seed-file.js';
import { signInIssuers } from '../start/sign-in-files.js';
import { appConfigs } from './app-configs.js';
import { type ComposeService, interpolate, readComposeFile, variablesOf } from './compose-file.js';
import { prepare } from './prepare.js';

const root = new URL('../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const source = read('docker-compose.yml');
const exampleSource = read('.env.example');
const compose = readComposeFile(source);
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'evergrant');
const configs = await appConfigs();

let folder: string;
let prepared: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evergrant-compose-'));
  await prepare(folder);
  prepared = parseEnv(readFileSync(join(folder, '.env'), 'utf8')) as Record<string, string>;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The environment of one container, with the keys where this machine has them. */
function environmentOf(service: ComposeService, env: Record<string, string>): Record<string, string> {
  const filled = Object.entries(service.environment ?? {}).map(([name, value]) => {
    const inContainer = interpolate(String(value), env);
    return [
      name,
      inContainer.replace('/run/secrets/', `${folder}/secrets/`).replace(/(secrets\/.*)$/, '$1.json'),
    ];
  });
  return Object.fromEntries(filled) as Record<string, string>;
}

function containersOf(app: string): [string, ComposeService][] {
  return services.filter(([, { command }]) => command?.[0] === `dist/apps/${app}/main.js`);
}

describe('docker-compose.yml', () => {
  it('follows the schema of the Compose Specification', () => {
    const { $schema: _, ...schema } = JSON.parse(read('tools/compose/compose-spec.json')) as Record<
      string,
      unknown
    >;
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const valid = ajv.validate(schema, compose);
    expect(ajv.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it.each(ours)(
    'runs %s without root, without capabilities, on a read-only file system',
    (_name, service) => {
      expect(service).toMatchObject({ user: '1000:1000', read_only: true, cap_drop: ['ALL'] });
      expect(service.security_opt).toContain('no-new-privileges:true');
    },
  );

  it.each(ours)('starts %s from a file that the build makes', (_name, service) => {
    const [compiled = ''] = service.command ?? [];
    expect(compiled).toMatch(/^dist\/.+\.js$/);
    expect(existsSync(new URL(compiled.replace(/^dist\//, '').replace(/\.js$/, '.ts'), root))).toBe(true);
  });

  it('gives every long-running process a health check, and waits for the migration', () => {
    for (const [name, { healthcheck, network_mode }] of services) {
      if (name !== 'migrate' && !network_mode)
        expect([name, healthcheck?.test?.length]).toEqual([name, expect.any(Number)]);
    }
    for (const app of ['auth-flow', 'refresh-worker', 'revocation-audit', 'admin'])
      for (const [, { depends_on }] of containersOf(app))
        expect(depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
  });

  it('keeps what Redis holds on disk and evicts none of it', () => {
    const command = compose.services['redis']?.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(compose.services['redis']?.volumes).toEqual(['redis:/data']);
  });

  it('gives each worker a persistent spool of its own', () => {
    const spools = containersOf('refresh-worker').map(([, { volumes, environment }]) => {
      const [volume, path] = volumes?.[0]?.split(':') ?? [];
      expect(environment?.['SPOOL_DIR']).toBe(path);
      expect(compose.volumes).toHaveProperty(volume ?? '');
      return volume;
    });
    expect(spools.length).toBeGreaterThan(1);
    expect(new Set(spools).size).toBe(spools.length);
  });

  it('shows nothing but the gateway, and the sandbox only in the demo', () => {
    const published = services.filter(([, { ports }]) => ports).map(([name]) => name);
    expect(published).toEqual(['gateway', 'sandbox']);
    expect(compose.networks['data']).toEqual({ internal: true });
    for (const [name, { profiles }] of services)
      if (name.startsWith('sandbox')) expect([name, profiles]).toEqual([name, ['demo']]);
  });

  it('holds no secret and starts without none', () => {
    for (const name of Object.keys(prepared).filter((one) => one !== 'SANDBOX_USER_PASSWORD')) {
      expect(() => interpolate(source, { ...prepared, [name]: '' })).toThrow(name);
    }
    const values = services.flatMap(([, { environment }]) => Object.entries(environment ?? {}));
    for (const [name, value] of values) {
      if (/PASSWORD/.test(name)) expect(value).toMatch(/^\$\{/);
      expect(String(value)).not.toMatch(/:\/\/[^/@:]*:[^$@/][^@]*@/);
    }
  });
});

describe('the settings', () => {
  it.each(configs)('of $app are valid in its container, with none unknown', ({ app, read: readConfig }) => {
    const containers = containersOf(app);
    expect(containers.length).toBeGreaterThan(0);
    for (const [, service] of containers) {
      const env = environmentOf(service, prepared);
      const known = readConfig(env);
      expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([]);
    }
  });

  it('are refused in production with a password copied from an example', () => {
    const placeholders = Object.fromEntries(Object.keys(prepared).map((name) => [name, 'changeme']));
    for (const { app, read: readConfig } of configs.filter((config) => config.app !== 'sandbox')) {
      const env = environmentOf(containersOf(app)[0]![1], placeholders);
      if (Object.values(env).some((value) => value.includes('changeme')))
        expect(() => readConfig(env)).toThrow();
    }
  });

  it('are all in .env.example, with nothing that neither a service nor Compose knows', () => {
    const example = new Set(
      [...exampleSource.matchAll(/^(?:# {0,3})?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!),
    );
    const known = new Set(variablesOf(source));
    known.add('DATABASE_URL');
    for (const { app, read: readConfig } of configs)
      for (const [, service] of containersOf(app))
        for (const name of readConfig(environmentOf(service, prepared))) known.add(name);
    expect([...known].filter((name) => !example.has(name))).toEqual([]);
    expect([...example].filter((name) => !known.has(name))).toEqual([]);
  });

  it('hold no value that could be taken for a real secret in .env.example', () => {
    const values = parseEnv(exampleSource) as Record<string, string>;
    for (const [name, value] of Object.entries(values))
      if (/PASSWORD|SECRET|KEY/.test(name)) expect([name, value]).toEqual([name, '']);
  });
});

describe('prepare', () => {
  it('makes a seed that the sandbox takes, and lets nobody sign in until somebody says so', () => {
    const { users, clients } = readSeedFile(join(folder, 'secrets/sandbox-seed.json'));
    expect(users).toEqual([
      expect.objectContaining({ login: 'admin@localhost', groups: ['evergrant-admins'] }),
    ]);
    expect(clients).toEqual([expect.objectContaining({ client_id: 'evergrant-dashboard' })]);
    const issuers = readFileSync(join(folder, 'secrets/sign-in-issuers.json'), 'utf8');
    expect(JSON.parse(issuers)).toEqual({ issuers: [] });
  });

  it('leaves to .env.example the issuer that fits this seed', () => {
    const comments = exampleSource.replaceAll(/^# */gm, '');
    const [example = ''] = /\{ "issuers"[^]*?\] \}\] \}/.exec(comments) ?? [];
    const demo = { sandbox_url: 'http://127.0.0.1:4006', workspace: 'wsp_...' };
    expect(JSON.parse(example)).toEqual(signInIssuers(demo, '...'));
  });

  it('makes every password and key for its owner alone, and replaces none', async () => {
    for (const { file } of Object.values(compose.secrets)) {
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    }
    expect(statSync(join(folder, '.env')).mode & 0o077).toBe(0);
    expect(await prepare(folder)).toEqual([]);
    expect(parseEnv(readFileSync(join(folder, '.env'), 'utf8'))).toEqual(prepared);
  });
});
