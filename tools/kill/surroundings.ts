import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { withConnection } from '#embedded';
import { migrate, openDatabase, WorkspaceKeys, type ServiceName } from '#storage';
import { ApiClient, createRedis, seedWorkspace, startPostgres, startProcess } from '#testing';
import { createKeyFile, openVault, type WorkspaceCipher } from '#vault';
import { PooledDatabase } from './pooled-database.js';

const roles: Record<ServiceName, string> = {
  'auth-flow': 'evergrant_auth_flow',
  'refresh-worker': 'evergrant_refresh_worker',
  'revocation-audit': 'evergrant_revocation_audit',
  admin: 'evergrant_admin',
};
export const user = { login: 'ada', password: 'correct horse' };

type Servers = Awaited<ReturnType<typeof startServers>>;

/** What a worker works with: a Postgres of its own that syncs to disk, Redis, the sandbox in a process, a vault. */
export class Surroundings {
  private constructor(
    readonly folder: string,
    readonly servers: Servers,
    readonly database: PooledDatabase,
    readonly workspace: string,
    readonly cipher: WorkspaceCipher,
    readonly control: ApiClient,
    /** The sandbox's own file: the time that the provider believes in is moved there. */
    private readonly provider: DatabaseSync,
  ) {}

  static async open(): Promise<Surroundings> {
    const folder = mkdtempSync(join(tmpdir(), 'evergrant-kill-'));
    createKeyFile(join(folder, 'keys.json'));
    const servers = await startServers(folder);
    const database = new PooledDatabase(await migrated(servers.postgres.url));
    const { workspace } = await seedWorkspace(database);
    const [, adminUrl = ''] = await servers.sandbox.printed(/"admin_url":"([^"]+)"/);
    const cipher = await keysOf(workspace, folder, database);
    const provider = new DatabaseSync(join(folder, 'sandbox.sqlite'), { timeout: 5_000 });
    return new Surroundings(folder, servers, database, workspace, cipher, new ApiClient(adminUrl), provider);
  }

  get origin(): string {
    return this.servers.sandbox.url;
  }

  /** Windows of the provider that are open now have been open for as much longer. */
  age(ms: number): void {
    const recently = Date.now() - 3_600_000;
    this.provider
      .prepare('UPDATE lineage SET first_used_at = first_used_at - ? WHERE first_used_at > ?')
      .run(ms, recently);
  }

  async close(): Promise<void> {
    this.provider.close();
    await this.database.end();
    const { postgres, redis, sandbox } = this.servers;
    await Promise.all([postgres.stop(), redis.drop(), sandbox.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function startServers(folder: string) {
  const env = {
    SANDBOX_DATA_FILE: join(folder, 'sandbox.sqlite'),
    SANDBOX_ADMIN_PORT: '0',
    SANDBOX_USER_LOGIN: user.login,
    SANDBOX_USER_PASSWORD: user.password,
  };
  const [postgres, redis, sandbox] = await Promise.all([
    startPostgres(),
    createRedis(),
    startProcess('sandbox', { env }),
  ]);
  return { postgres, redis, sandbox };
}

async function migrated(superuserUrl: string) {
  const name = 'kill';
  await withConnection(superuserUrl, async (client) => {
    await client.query(`CREATE ROLE evergrant_owner LOGIN CREATEROLE PASSWORD 'own'`);
    await client.query(`CREATE DATABASE ${name} OWNER evergrant_owner`);
  });
  const as = (role: string): string => {
    const url = new URL(superuserUrl);
    return Object.assign(url, { username: role, pathname: `/${name}` }).toString();
  };
  const urls = Object.fromEntries(
    Object.entries(roles).map(([service, role]) => [service, as(role)]),
  ) as Record<ServiceName, string>;
  const ownerUrl = as('evergrant_owner');
  await migrate({ ownerUrl, serviceUrls: urls });
  return { name, adminUrl: as('postgres'), ownerUrl, urls };
}

/** Only auth-flow makes workspace keys. */
async function keysOf(workspace: string, folder: string, database: PooledDatabase): Promise<WorkspaceCipher> {
  const url = database.urlOf('auth-flow');
  const maker = await openDatabase({ url, applicationName: 'kill-keys', entities: [] });
  try {
    return await openVault(join(folder, 'keys.json'), new WorkspaceKeys(maker.database)).cipherFor(workspace);
  } finally {
    await maker.close();
  }
}
