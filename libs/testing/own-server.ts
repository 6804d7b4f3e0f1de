import { join } from 'node:path';
import { freePort, PostgresServer, RedisServer } from '#embedded';
import { keeper } from './keeper/keeper-client.js';

/** A server of one spec alone, to be killed and started again at the same address with the same data. */
export class OwnServer<S extends PostgresServer | RedisServer> {
  constructor(private readonly server: S) {}

  get url(): string {
    return this.server.url;
  }

  async start(): Promise<void> {
    await this.server.start();
    await (await keeper()).ask('watch', this.server.process!.identity);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** SIGKILL, as if the machine had lost it. */
  async kill(): Promise<void> {
    await this.server.process?.end('SIGKILL', 5_000);
  }

  /** Postgres' immediate shutdown: every session is ended where it stands, and the next start recovers. */
  async stopAtOnce(): Promise<void> {
    await this.server.process?.end('SIGQUIT', 5_000);
  }
}

/** A Postgres of the spec's own, not migrated. `url` is the superuser's. */
export async function startPostgres(): Promise<OwnServer<PostgresServer>> {
  const { path } = await (await keeper()).ask('directory', null);
  const server = new PostgresServer({
    home: join(path, 'postgres'),
    port: await freePort(),
    password: 'own',
    logFile: join(path, 'postgres.log'),
    // It is there to be killed: what it committed must be there again.
    durable: true,
  });
  await server.initialise();
  return started(server);
}

/** A Redis of the spec's own. */
export async function startRedis(): Promise<OwnServer<RedisServer>> {
  const { path, redis } = await (await keeper()).ask('directory', null);
  const logFile = join(path, 'redis.log');
  const settings = {
    home: join(path, 'redis'),
    port: await freePort(),
    password: 'own',
    logFile,
    durable: false,
  };
  return started(new RedisServer(settings, redis));
}

async function started<S extends PostgresServer | RedisServer>(server: S): Promise<OwnServer<S>> {
  const own = new OwnServer(server);
  await own.start();
  return own;
}
