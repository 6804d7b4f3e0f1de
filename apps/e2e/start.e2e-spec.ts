import { spawnSync } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '#embedded';
import {
  ApiClient,
  freePortBlock,
  eventually,
  startSystem,
  type Bootstrapped,
  type RunningSystem,
} from '#testing';

const launcher = new URL('../../tools/start/launch.mjs', import.meta.url).pathname;
const children = [
  'postgres',
  'redis',
  'sandbox',
  'auth-flow',
  'refresh-worker',
  'revocation-audit',
  'admin',
  'gateway',
];

let system: RunningSystem;
let first: Bootstrapped;

beforeAll(async () => {
  system = await startSystem();
  first = system.bootstrap;
}, 120_000);

afterAll(() => system?.stop(), 60_000);

const listProviders = () => new ApiClient(first.public_url, first.api_key).get('/v1/providers');

/** Zombies do not count: who was adopted from a killed launcher waits for init to take note. */
const isAlive = (pid: number): boolean => identify(pid) !== undefined;

/** A start that is meant to be refused: its exit code and words. */
function startAndFail(env: Record<string, string>): { code: number | null; words: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    encoding: 'utf8',
    timeout: 50_000,
  });
  return { code: status, words: `${stdout}\n${stderr}` };
}

describe('the first start', () => {
  it('writes what there is to know, for its owner alone', async () => {
    expect(statSync(join(system.dataDirectory, 'bootstrap.json')).mode & 0o777).toBe(0o600);
    expect(first).toMatchObject({
      public_url: `http://localhost:${system.port}`,
      sandbox_url: `http://127.0.0.1:${system.port + 6}`,
      sandbox_admin_url: expect.stringContaining('http://127.0.0.1:'),
      workspace: expect.stringMatching(/^wsp_/),
      api_key: expect.stringMatching(/^evg_/),
      admin: { email: expect.any(String), password: expect.any(String) },
      sandbox_user: { login: expect.any(String), password: expect.any(String) },
      integration: expect.stringMatching(/^int_/),
    });
    const api = new ApiClient(first.public_url, first.api_key);
    expect(await api.get(`/v1/integrations/${first.integration}`)).toMatchObject({
      status: 200,
      body: { provider: 'sandbox', state: 'active' },
    });
  });

  it('shows each step with its duration, and no secret', () => {
    expect(system.output()).toMatch(/✓ Start the services {2}\d+\.\d s/);
    expect(system.output()).toContain(`open ${first.public_url} as ${first.admin.email}`);
    for (const secret of [first.api_key, first.admin.password, first.sandbox_user.password])
      expect(system.output()).not.toContain(secret);
  });
});

describe('a running system', () => {
  it('restarts a service that was killed, and says so', async () => {
    const pid = system.pidOf('auth-flow');
    process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(system.output()).toContain('auth-flow is ready again'), 20_000);
    expect(system.output()).toMatch(/auth-flow ended \(SIGKILL\); it starts again in/);
    expect(system.pidOf('auth-flow')).not.toBe(pid);
    await eventually(async () => expect((await listProviders()).status).toBe(200));
  }, 40_000);

  it('outlives its Postgres being killed', async () => {
    process.kill(system.pidOf('postgres'), 'SIGKILL');
    await eventually(async () => expect(system.output()).toContain('postgres is ready again'), 30_000);
    await eventually(async () => expect((await listProviders()).status).toBe(200), 20_000);
  }, 60_000);

  it('keeps a second start off its data, in one sentence', () => {
    const { code, words } = startAndFail({ ...system.environment });
    expect(code).toBe(1);
    expect(words).toContain(system.dataDirectory);
    expect(words).not.toMatch(/^\s+at /m);
  }, 60_000);
});

describe('the next start', () => {
  it('after a launcher that was killed clears what was left and has everything again', async () => {
    const left = system.pidOf('auth-flow');
    await system.killLauncher();
    await system.start();
    expect(isAlive(left)).toBe(false);
    expect(system.bootstrap).toEqual(first);
    expect((await listProviders()).status).toBe(200);
  }, 90_000);

  it('after an orderly end leaves no process, and is warm', async () => {
    const pids = children.map((name) => system.pidOf(name));
    expect(await system.end()).toEqual({ code: 0, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
    await system.start();
    expect(system.bootstrap).toEqual(first);
    expect((await listProviders()).status).toBe(200);
  }, 90_000);
});

describe('a start that cannot be', () => {
  it('names the busy port and what to do', async () => {
    const port = await freePortBlock(20);
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    const dataDirectory = mkdtempSync(join(tmpdir(), 'evergrant-busy-'));
    const { code, words } = startAndFail({
      EVERGRANT_DATA_DIR: dataDirectory,
      EVERGRANT_PORT: String(port),
    });
    blocker.close();
    expect(code).toBe(1);
    expect(words).toContain(String(port));
    expect(words).toContain('EVERGRANT_PORT');
  }, 60_000);

  it('names the data directory that cannot be written and what to do', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'evergrant-file-')), 'file');
    writeFileSync(file, '');
    const { code, words } = startAndFail({ EVERGRANT_DATA_DIR: join(file, 'data') });
    expect(code).toBe(1);
    expect(words).toContain('EVERGRANT_DATA_DIR');
    expect(words).not.toMatch(/^\s+at /m);
  }, 60_000);

  it('lists every fault of its settings', () => {
    const { code, words } = startAndFail({ EVERGRANT_PORT: 'x', EVERGRANT_REPLICAS: 'nobody=2' });
    expect(code).toBe(1);
    expect(words).toContain('EVERGRANT_PORT');
    expect(words).toContain('nobody=2');
  }, 60_000);
});
