import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { databaseUser, type DatabaseUser } from './database-user.js';
import { lastLines } from './last-lines.js';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { answersPostgres } from './postgres-connection.js';
import { isPostmasterOf, parsePostmasterFile } from './postmaster-file.js';
import { commandOf, identify } from './process-identity.js';
import { ServerProcess } from './server-process.js';

export interface PostgresSettings {
  /** A directory of its own, which the database's user can enter where we are root. */
  readonly home: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  /** False for tests: a crash of the machine may lose data, and everything is faster. */
  readonly durable: boolean;
}

export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
}

const SUPERUSER = 'postgres';
const START_MS = 30_000;
const FAST_SHUTDOWN_MS = 20_000;
/** Backends of a killed server need a moment to notice and let go of its shared memory. */
const START_ATTEMPTS = 5;

/** A private PostgreSQL cluster (UTF8, C collation, loopback, SCRAM) and the server on it. */
export class PostgresServer {
  private readonly user: DatabaseUser | undefined;
  private readonly binaries: PostgresBinaries;
  private readonly cluster: string;
  private running: ServerProcess | undefined;
  private port: number;

  constructor(private readonly settings: PostgresSettings) {
    this.user = databaseUser();
    this.port = settings.port;
    this.cluster = join(settings.home, 'cluster');
    mkdirSync(settings.home, { recursive: true, mode: 0o700 });
    if (this.user) chownSync(settings.home, this.user.uid, this.user.gid);
    this.binaries = postgresBinaries(this.user, settings.home);
  }

  /** The superuser's URL; valid once started, since a server found running keeps its port. */
  get url(): string {
    return `postgres://${SUPERUSER}:${encodeURIComponent(this.settings.password)}@127.0.0.1:${this.port}/postgres`;
  }

  get process(): ServerProcess | undefined {
    return this.running;
  }

  get initialised(): boolean {
    return existsSync(join(this.cluster, 'PG_VERSION'));
  }

  /** Makes the cluster beside its final place and moves it there whole, so that a kill leaves none half made. */
  async initialise(): Promise<void> {
    if (this.initialised) return;
    const unfinished = join(this.settings.home, 'cluster.unfinished');
    const passwordFile = join(this.settings.home, 'password.once');
    rmSync(unfinished, { recursive: true, force: true });
    writeFileSync(passwordFile, this.settings.password, { mode: 0o600 });
    if (this.user) chownSync(passwordFile, this.user.uid, this.user.gid);
    try {
      await promisify(execFile)(
        this.binaries.initdb,
        [
          ...[`--pgdata=${unfinished}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`],
          ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
          ...(this.settings.durable ? [] : ['--no-sync']),
        ],
        { cwd: '/', env: { ...process.env, LC_ALL: 'C' }, ...this.user },
      );
    } catch (error) {
      throw new PostgresStartError(`initdb failed: ${(error as Error).message}`);
    } finally {
      rmSync(passwordFile, { force: true });
    }
    renameSync(unfinished, this.cluster);
  }

  /** Takes over the server that an earlier keeper left running on the cluster; false where there is none that answers. */
  async adopt(): Promise<boolean> {
    const path = join(this.cluster, 'postmaster.pid');
    const held = existsSync(path) ? parsePostmasterFile(readFileSync(path, 'utf8')) : undefined;
    const identity = held && identify(held.pid);
    if (!held || !identity || !isPostmasterOf(this.cluster, commandOf(held.pid))) {
      // A dead server's, or a pid that another program has by now: Postgres would refuse to start beside it.
      rmSync(path, { force: true });
      return false;
    }
    const found = ServerProcess.adopt(identity);
    this.port = held.port;
    if (await answersPostgres(this.url, START_MS, () => found.alive)) {
      this.running = found;
      return true;
    }
    this.port = this.settings.port;
    await found.end('SIGINT', FAST_SHUTDOWN_MS, 'SIGQUIT');
    return false;
  }

  /** Starts a server on the cluster and returns once it answers. */
  async start(): Promise<void> {
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
      const launched = await ServerProcess.launch({
        command: this.binaries.postgres,
        args: ['-D', this.cluster, '-p', String(this.port), ...this.options()],
        env: { ...process.env, LC_ALL: 'C' },
        logFile: this.settings.logFile,
        user: this.user,
      });
      if (await answersPostgres(this.url, START_MS, () => launched.alive)) {
        this.running = launched;
        return;
      }
      await launched.end('SIGINT', FAST_SHUTDOWN_MS, 'SIGQUIT');
      await pause(200 * attempt);
    }
    throw new PostgresStartError(`Postgres did not start: ${lastLines(this.settings.logFile, 3)}`);
  }

  /** Fast shutdown: sessions are ended, a checkpoint is written. */
  async stop(): Promise<void> {
    await this.running?.end('SIGINT', FAST_SHUTDOWN_MS, 'SIGQUIT');
    this.running = undefined;
  }

  private options(): string[] {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      log_min_messages: 'warning',
      ...(this.settings.durable
        ? { shared_buffers: `${sharedMegabytes()}MB` }
        : {
            fsync: 'off',
            synchronous_commit: 'off',
            full_page_writes: 'off',
            max_wal_senders: '0',
            wal_level: 'minimal',
          }),
    };
    return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }
}

/** A quarter of the memory (PostgreSQL 18 documentation, 19.4.1), at most 2 GB of what others use too; taken as it is needed. */
function sharedMegabytes(): number {
  const quarter = Math.min(totalmem(), process.constrainedMemory() || Infinity) / 4 / 1024 ** 2;
  return Math.max(16, Math.min(2_048, Math.floor(quarter)));
}
