import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  freePort,
  PostgresServer,
  provideRedis,
  RedisServer,
  withConnection,
  type RedisBinary,
} from '#embedded';
import { migrate } from './migrate-template.js';
import { repositoryRoot, schemaVersion, type Asks, type DatabaseUrls } from './protocol.js';
import { flushRedis } from './flush-redis.js';

const OWNER = 'evergrant_owner';
const ROLES = {
  'auth-flow': 'evergrant_auth_flow',
  'refresh-worker': 'evergrant_refresh_worker',
  'revocation-audit': 'evergrant_revocation_audit',
  admin: 'evergrant_admin',
} as const;
const REDIS_NUMBERS = 512;

/** The one Postgres and the one Redis of a test run, and what the specs hold of them. Each starts when first asked for. */
export class KeptServers {
  private readonly password = randomBytes(12).toString('hex');
  private postgres: Promise<PostgresServer> | undefined;
  private redis: Promise<{ server: RedisServer; port: number; binary: RedisBinary }> | undefined;
  private binary: Promise<RedisBinary> | undefined;
  private template: { version: string; ready: Promise<string> } | undefined;
  private created = 0;
  private readonly freeNumbers = Array.from({ length: REDIS_NUMBERS }, (_, number) => number);

  constructor(private readonly directory: string) {}

  async createDatabase(migrated: boolean): Promise<DatabaseUrls> {
    const postgres = await this.startedPostgres();
    const name = `spec_${process.pid}_${++this.created}`;
    const template = migrated ? await this.migratedTemplate(postgres) : 'template0';
    await this.admin(
      postgres,
      `CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE ${template} STRATEGY FILE_COPY`,
    );
    return this.urls(postgres, name);
  }

  async dropDatabase(name: string): Promise<null> {
    await this.admin(await this.startedPostgres(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    return null;
  }

  async takeRedis(): Promise<Asks['redis']['answer']> {
    const { server, port } = await this.startedRedis();
    const number = this.freeNumbers.shift();
    if (number === undefined)
      throw new Error(`all ${REDIS_NUMBERS} Redis databases are taken: call drop() in afterAll`);
    await flushRedis(port, this.password, number);
    return { url: `${server.url}/${number}`, number };
  }

  async dropRedis(number: number): Promise<null> {
    const { port } = await this.startedRedis();
    await flushRedis(port, this.password, number);
    if (!this.freeNumbers.includes(number)) this.freeNumbers.push(number);
    return null;
  }

  async newDirectory(): Promise<Asks['directory']['answer']> {
    const path = mkdtempSync(join(this.directory, 'own', 's'));
    chmodSync(path, 0o711);
    return { path, redis: await this.redisBinary() };
  }

  async stop(): Promise<void> {
    const [postgres, redis] = await Promise.allSettled([this.postgres, this.redis]);
    if (postgres.status === 'fulfilled') await postgres.value?.stop();
    if (redis.status === 'fulfilled') await redis.value?.server.stop();
  }

  private startedPostgres(): Promise<PostgresServer> {
    return (this.postgres ??= this.startPostgres());
  }

  private async startPostgres(): Promise<PostgresServer> {
    const postgres = new PostgresServer({
      home: join(this.directory, 'postgres'),
      port: await freePort(),
      password: this.password,
      logFile: join(this.directory, 'postgres.log'),
      durable: false,
    });
    await postgres.initialise();
    await postgres.start();
    await this.admin(postgres, `CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD '${this.password}'`);
    return postgres;
  }

  private startedRedis(): NonNullable<KeptServers['redis']> {
    return (this.redis ??= this.startRedis());
  }

  private async startRedis(): Promise<{ server: RedisServer; port: number; binary: RedisBinary }> {
    const binary = await this.redisBinary();
    const port = await freePort();
    const server = new RedisServer(
      {
        home: join(this.directory, 'redis'),
        port,
        password: this.password,
        logFile: join(this.directory, 'redis.log'),
        durable: false,
        databases: REDIS_NUMBERS,
      },
      binary,
    );
    await server.start();
    return { server, port, binary };
  }

  private redisBinary(): Promise<RedisBinary> {
    return (this.binary ??= provideRedis(join(repositoryRoot, 'node_modules', '.cache', 'evergrant-redis')));
  }

  /** The template of the compiled schema as it is now; an older one is dropped. */
  private async migratedTemplate(postgres: PostgresServer): Promise<string> {
    const version = schemaVersion();
    if (this.template?.version !== version) {
      this.template = { version, ready: this.makeTemplate(postgres, `template_${version}`) };
    }
    const { ready } = this.template;
    // A failed migration is tried again at the next ask: its code may have changed without the keeper seeing it.
    ready.catch(() => (this.template = undefined));
    return ready;
  }

  private async makeTemplate(postgres: PostgresServer, name: string): Promise<string> {
    await this.admin(postgres, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.admin(postgres, `CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE template0`);
    await migrate(this.urls(postgres, name));
    return name;
  }

  private urls(postgres: PostgresServer, name: string): DatabaseUrls {
    const as = (user: string) => {
      const url = new URL(postgres.url);
      url.username = user;
      url.pathname = `/${name}`;
      return url.toString();
    };
    const urls = Object.fromEntries(Object.entries(ROLES).map(([service, role]) => [service, as(role)]));
    return { name, adminUrl: as('postgres'), ownerUrl: as(OWNER), urls: urls as DatabaseUrls['urls'] };
  }

  private async admin(postgres: PostgresServer, sql: string): Promise<void> {
    await withConnection(postgres.url, (client) => client.query(sql));
  }
}
