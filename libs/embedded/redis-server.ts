import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines } from './last-lines.js';
import { isAlive, type ProcessIdentity } from './process-identity.js';
import type { RedisBinary } from './redis-binary.js';
import { answersRedis } from './redis-replies.js';
import { ServerProcess } from './server-process.js';

export interface RedisSettings {
  readonly home: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  /** False for tests: the append-only file is left to the system to sync. */
  readonly durable: boolean;
  /** How many database numbers (`redis://host/7`) there are. */
  readonly databases?: number;
}

export class RedisStartError extends Error {
  override readonly name = 'RedisStartError';
}

const START_MS = 30_000;
const SHUTDOWN_MS = 20_000;

/** A private Redis or Valkey: loopback, a password, append-only file, and nothing evicted. */
export class RedisServer {
  private running: ServerProcess | undefined;

  constructor(
    private readonly settings: RedisSettings,
    private readonly binary: RedisBinary,
  ) {}

  get url(): string {
    return `redis://:${encodeURIComponent(this.settings.password)}@127.0.0.1:${this.settings.port}`;
  }

  get process(): ServerProcess | undefined {
    return this.running;
  }

  /** Takes over a server that an earlier keeper left running; false where it is gone or does not answer. */
  async adopt(identity: ProcessIdentity): Promise<boolean> {
    if (!isAlive(identity)) return false;
    const found = ServerProcess.adopt(identity);
    if (await this.answers(found)) {
      this.running = found;
      return true;
    }
    await found.end('SIGTERM', SHUTDOWN_MS);
    return false;
  }

  async start(): Promise<void> {
    mkdirSync(this.settings.home, { recursive: true, mode: 0o700 });
    const configFile = join(this.settings.home, 'redis.conf');
    // The password goes by a file: arguments are for everyone to read.
    writeFileSync(configFile, this.configuration(), { mode: 0o600 });
    const launched = await ServerProcess.launch({
      command: this.binary.path,
      args: [configFile],
      argv0: this.binary.argv0,
      env: { ...process.env, ...this.binary.env },
      logFile: this.settings.logFile,
    });
    if (!(await this.answers(launched))) {
      await launched.end('SIGTERM', SHUTDOWN_MS);
      throw new RedisStartError(`Redis did not start: ${lastLines(this.settings.logFile, 3)}`);
    }
    this.running = launched;
  }

  async stop(): Promise<void> {
    await this.running?.end('SIGTERM', SHUTDOWN_MS);
    this.running = undefined;
  }

  private answers(server: ServerProcess): Promise<boolean> {
    return answersRedis(this.settings.port, this.settings.password, START_MS, () => server.alive);
  }

  private configuration(): string {
    const lines = {
      bind: '127.0.0.1',
      port: this.settings.port,
      requirepass: JSON.stringify(this.settings.password),
      dir: JSON.stringify(this.settings.home),
      daemonize: 'no',
      databases: this.settings.databases ?? 16,
      appendonly: 'yes',
      appendfsync: this.settings.durable ? 'everysec' : 'no',
      // Snapshots would only repeat what the append-only file holds.
      save: '""',
      'maxmemory-policy': 'noeviction',
      'disable-thp': 'yes',
    };
    return Object.entries(lines)
      .map(([name, value]) => `${name} ${value}\n`)
      .join('');
  }
}
