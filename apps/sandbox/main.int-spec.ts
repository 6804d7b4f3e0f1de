import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '#testing';
import { AssertionKeys } from './testing/assertion-keys.js';
import { LogoutListener } from './testing/logout-listener.js';
import { SandboxClient } from './testing/sandbox-client.js';

describe('the sandbox as a process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is ready at once, keeps its file to itself, and ends cleanly on SIGTERM', async () => {
    const file = join(folder, 'kept', 'sandbox.sqlite');
    const env = { SANDBOX_DATA_FILE: file, SANDBOX_ADMIN_PORT: '0', NODE_ENV: 'test' };
    const app = await startProcess('sandbox', { env });
    try {
      expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
      const metadata = await fetch(`${app.url}/.well-known/openid-configuration`);
      expect(await metadata.json()).toMatchObject({ issuer: app.url });
      expect(app.output()).toContain('sandbox is ready');
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      expect(await app.stop()).toMatchObject({ code: 0 });
    }
  }, 30_000);

  // These two only here: under jest, oidc-provider cannot set up the guard that keeps it from loopback addresses.
  it('fetches the keys of a client from loopback', async () => {
    const keys = await AssertionKeys.generate();
    const server = createServer((_request, response) => response.end(JSON.stringify(keys.jwks)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const jwks_uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const env = { SANDBOX_DATA_FILE: join(folder, 'x.sqlite'), SANDBOX_ADMIN_PORT: '0', NODE_ENV: 'test' };
    const app = await startProcess('sandbox', { env });
    try {
      const metadata = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri };
      const client = await SandboxClient.register(app.url, metadata);
      expect((await client.token(await keys.clientCredentials(client, app.url))).status).toBe(200);
    } finally {
      await app.stop();
      server.close();
    }
  }, 30_000);

  it('tells a client on loopback of a logout', async () => {
    const env = {
      SANDBOX_DATA_FILE: join(folder, 'x.sqlite'),
      SANDBOX_ADMIN_PORT: '0',
      SANDBOX_USER_LOGIN: 'ada',
      SANDBOX_USER_PASSWORD: 'correct horse',
      NODE_ENV: 'test',
    };
    const listener = await LogoutListener.open();
    const app = await startProcess('sandbox', { env });
    try {
      const [, adminUrl] = await app.printed(/"admin_url":"([^"]+)"/);
      await (await SandboxClient.register(app.url, listener.metadata)).connect();
      const told = await fetch(`${adminUrl}/users/ada/sign-out`, { method: 'POST' });
      expect(await told.json()).toEqual({ sessions: 1, clients_told: 1, clients_failed: 0 });
      expect(listener.tokens).toHaveLength(1);
    } finally {
      await app.stop();
      await listener.close();
    }
  }, 30_000);

  it('refuses to start in production, and says why', async () => {
    const main = join(import.meta.dirname, '../../dist/apps/sandbox/main.js');
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', SANDBOX_DATA_FILE: join(folder, 'x.sqlite') },
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(said).toMatch(/does not start when NODE_ENV is production/);
  }, 30_000);
});
