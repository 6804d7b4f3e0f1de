import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSeedFile } from '../../apps/sandbox/seed/seed-file.js';
import { settleBootstrap } from './bootstrap.js';
import { writeBootstrap, type Bootstrap } from './bootstrap-file.js';
import { DataDirectory } from './data-directory.js';
import { planPorts } from './port-plan.js';
import { provideSecrets, type Secrets } from './secrets.js';
import { readSettings } from './settings.js';
import { writeSignInFiles } from './sign-in-files.js';

let folder: string;
let data: DataDirectory;
let secrets: Secrets;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evergrant-start-'));
  data = new DataDirectory(folder);
  data.prepare(undefined);
  secrets = await provideSecrets(data);
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const settle = (port = 4000) =>
  settleBootstrap({ data, secrets, ports: planPorts(port, readSettings({}).replicas) });
const complete = (bootstrap: Bootstrap) => writeBootstrap(data, { ...bootstrap, integration: 'int_1' });

describe('settling ids and keys', () => {
  it('writes them down at once, and finds the same again after a start that was killed', () => {
    const first = settle();
    expect(first.isComplete).toBe(false);
    expect(read(data.bootstrapFile)).toEqual(first.bootstrap);
    expect(settle()).toEqual(first);
  });

  it('is complete once a start came to its end', () => {
    const { bootstrap } = settle();
    complete(bootstrap);
    expect(settle()).toEqual({ bootstrap: { ...bootstrap, integration: 'int_1' }, isComplete: true });
  });

  it('is incomplete on another port until a start there came to its end, however many were killed', () => {
    complete(settle().bootstrap);
    for (const _ of [1, 2]) {
      const moved = settle(5000);
      expect(moved.isComplete).toBe(false);
      expect(moved.bootstrap.public_url).toBe('http://localhost:5000');
    }
    complete(settle(5000).bootstrap);
    expect(settle(5000).isComplete).toBe(true);
  });
});

describe('the files for signing in', () => {
  it('make the admin and the end user of bootstrap.json users of the sandbox', () => {
    const { bootstrap } = settle();
    const admin = { email: 'admin@localhost', password: 'chosen by hand' };
    writeSignInFiles(data, { ...bootstrap, admin }, 'a-secret');
    expect(readSeedFile(data.sandboxSeedFile).users).toEqual([
      {
        login: 'admin@localhost',
        password: 'chosen by hand',
        name: 'Admin',
        email: 'admin@localhost',
        groups: ['evergrant-admins'],
      },
      { login: 'ada', password: bootstrap.sandbox_user.password },
    ]);
  });

  it('name the same client on both sides, at the addresses of this start, for their owner alone', () => {
    for (const port of [4000, 5000]) {
      writeSignInFiles(data, settle(port).bootstrap, secrets.passwords.dashboardClient);
      const [client] = readSeedFile(data.sandboxSeedFile).clients;
      const { issuers } = read<{ issuers: Record<string, unknown>[] }>(data.signInIssuersFile);
      const own = `http://localhost:${port}/admin`;
      expect(client).toMatchObject({
        client_secret: secrets.passwords.dashboardClient,
        redirect_uris: [`${own}/sign-in/sandbox/callback`],
        post_logout_redirect_uris: [`${own}/signed-out`],
        backchannel_logout_uri: `${own}/sign-in/sandbox/back-channel-logout`,
        backchannel_logout_session_required: true,
      });
      expect(issuers).toEqual([
        expect.objectContaining({
          id: 'sandbox',
          issuer: `http://127.0.0.1:${port + 6}`,
          client_id: client?.['client_id'],
          client_secret: client?.['client_secret'],
          roles: [
            {
              claim: 'groups',
              value: 'evergrant-admins',
              workspace: settle().bootstrap.workspace,
              role: 'admin',
            },
          ],
        }),
      ]);
      for (const file of [data.sandboxSeedFile, data.signInIssuersFile])
        expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });
});

describe('passwords.json', () => {
  const file = () => data.key('passwords.json');

  it('of an earlier start gets the dashboard’s client secret, once, and nothing else changes', async () => {
    const { dashboardClient: _, ...old } = { ...secrets.passwords, of_another_version: 'kept' };
    writeFileSync(file(), JSON.stringify(old));
    const { passwords } = await provideSecrets(data);
    expect(passwords.dashboardClient).toMatch(/^[\w-]{32}$/);
    expect(read(file())).toEqual({ ...old, dashboardClient: passwords.dashboardClient });
    expect((await provideSecrets(data)).passwords).toEqual(passwords);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('is refused where it is damaged, and stays as it is', async () => {
    writeFileSync(file(), '{"postgres":"short"}');
    await expect(provideSecrets(data)).rejects.toThrow(/passwords\.json is damaged/);
    expect(read(file())).toEqual({ postgres: 'short' });
  });
});
