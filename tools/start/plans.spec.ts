import { planApps } from './app-plan.js';
import { Backoff } from './backoff.js';
import { DataDirectory } from './data-directory.js';
import { noteworthy } from './log-tail.js';
import { planPorts } from './port-plan.js';
import { readSettings } from './settings.js';

const secrets = {
  passwords: {
    postgres: 'p',
    owner: 'o',
    redis: 'r',
    admin: 'a',
    sandboxUser: 's',
    dashboardClient: 'd',
    roles: { 'auth-flow': '1', 'refresh-worker': '2', 'revocation-audit': '3', admin: '4' },
  },
  vaultKeyFile: '/data/keys/vault-key.json',
  assertionKeyFile: '/data/keys/assertion-key.json',
  assertionJwksFile: '/data/keys/assertion-jwks.json',
};

const databases = {
  owner: 'postgres://owner@127.0.0.1/evergrant',
  services: {
    'auth-flow': 'postgres://evergrant_auth_flow@127.0.0.1/evergrant',
    'refresh-worker': 'postgres://evergrant_refresh_worker@127.0.0.1/evergrant',
    'revocation-audit': 'postgres://evergrant_revocation_audit@127.0.0.1/evergrant',
    admin: 'postgres://evergrant_admin@127.0.0.1/evergrant',
  },
};

const plan = (replicas: string) => {
  const settings = readSettings({ EVERGRANT_REPLICAS: replicas });
  const ports = planPorts(settings.port, settings.replicas);
  const data = new DataDirectory('/data');
  return planApps({ ports, data, secrets, databases, redisUrl: 'redis://127.0.0.1:4009' });
};

describe('settings', () => {
  it('are those of the README where nothing is set', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({ port: 4000, databaseUrl: undefined, redisUrl: undefined });
    expect(settings.dataDirectory).toMatch(/\/\.data$/);
    expect(new Set(Object.values(settings.replicas))).toEqual(new Set([1]));
  });

  it.each([
    ['EVERGRANT_PORT', 'http'],
    ['EVERGRANT_PORT', '70000'],
    ['EVERGRANT_REPLICAS', 'auth-flow'],
    ['EVERGRANT_REPLICAS', 'auth-flow=0'],
    ['EVERGRANT_REPLICAS', 'gateway=2'],
    ['DATABASE_URL', 'mysql://localhost'],
    ['REDIS_URL', 'localhost:6379'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });

  it('tell every fault at once', () => {
    expect(() => readSettings({ EVERGRANT_PORT: 'x', REDIS_URL: 'y' })).toThrow(
      /EVERGRANT_PORT[\s\S]*REDIS_URL/,
    );
  });
});

describe('the plan', () => {
  it('gives every process a port of its own', () => {
    const origins = plan('auth-flow=3,refresh-worker=2,admin=2').map(({ origin }) => origin);
    expect(new Set(origins).size).toBe(origins.length);
  });

  it('keeps the ports of first replicas, however many there are', () => {
    const portOf = (replicas: string) => plan(replicas).find(({ name }) => name === 'admin')!.origin;
    expect(portOf('auth-flow=4')).toBe(portOf(''));
  });

  it('tells the gateway of every replica', () => {
    const apps = plan('auth-flow=2');
    const urls = apps.find(({ name }) => name === 'gateway')!.env['AUTH_FLOW_URLS']!.split(',');
    const replicas = apps.filter(({ app }) => app === 'auth-flow').map(({ origin }) => origin);
    expect(urls).toEqual(replicas);
    expect(replicas).toHaveLength(2);
  });

  it('tells admin of the identity providers and the sandbox of the users in files, and no password', () => {
    const envOf = (app: string) => plan('').find(({ name }) => name === app)!.env;
    expect(envOf('admin')['SIGN_IN_ISSUERS_FILE']).toBe('/data/keys/sign-in-issuers.json');
    expect(envOf('sandbox')['SANDBOX_SEED_FILE']).toBe('/data/keys/sandbox-seed.json');
    expect(Object.keys(envOf('sandbox')).filter((name) => name.includes('PASSWORD'))).toEqual([]);
  });

  it('lets every service that calls authorization servers call the sandbox', () => {
    const services = plan('').filter(({ layer }) => layer === 'services');
    expect(services.map(({ app }) => app)).toContain('admin');
    for (const { env } of services) {
      expect(env['OUTBOUND_SANDBOX_ORIGIN']).toBe('http://127.0.0.1:4006');
      expect(env['OUTBOUND_ALLOWED_PRIVATE']).toBe('127.0.0.1:4006');
    }
  });

  it('gives each worker a spool of its own and each service its own database role alone', () => {
    const apps = plan('refresh-worker=2');
    const spools = apps.filter(({ app }) => app === 'refresh-worker').map(({ env }) => env['SPOOL_DIR']);
    expect(new Set(spools).size).toBe(2);
    for (const { env } of apps) {
      expect(env['DATABASE_URL']).toBeUndefined();
      expect(Object.keys(env).filter((name) => name.endsWith('_DATABASE_URL')).length).toBeLessThanOrEqual(1);
    }
    expect(apps.find(({ app }) => app === 'admin')!.env['VAULT_KEY_FILE']).toBeUndefined();
  });
});

describe('the pause before a restart', () => {
  it('grows with each crash, has a ceiling, and is short again after a long life', () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 12 }, () => backoff.next(10));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[3]).toBeGreaterThan(waits[0]!);
    expect(waits.at(-1)).toBeLessThanOrEqual(60_000);
    expect(backoff.next(3_600_000)).toBe(waits[0]);
  });
});

describe('what a log line says to a person', () => {
  it.each([
    ['{"level":"warn","msg":"careful"}', 'warning: careful'],
    ['{"level":"error","msg":"broken","err":{"message":"why"}}', 'error: broken (why)'],
    ['{"level":"info","msg":"fine"}', undefined],
    ['Error: crashed', 'Error: crashed'],
    ['    at somewhere', undefined],
  ])('%s', (line, words) => {
    expect(noteworthy(line)).toBe(words);
  });
});
