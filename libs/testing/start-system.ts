import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePortBlock, ServerProcess, type Exit } from '#embedded';
import { keeper } from './keeper/keeper-client.js';
import { repositoryRoot } from './keeper/protocol.js';

export interface SystemOptions {
  /** As EVERGRANT_REPLICAS. */
  replicas?: string;
  /** Of an earlier start, to start again on. */
  dataDirectory?: string;
  port?: number;
  env?: Readonly<Record<string, string>>;
}

/** What `bootstrap.json` says. */
export interface Bootstrapped {
  public_url: string;
  sandbox_url: string;
  sandbox_admin_url: string;
  workspace: string;
  api_key: string;
  admin: { email: string; password: string };
  sandbox_user: { login: string; password: string };
  integration: string;
}

const portsOfASystem = 40;
const readyMs = 60_000;
const stopMs = 60_000;
const pollMs = 50;

/** The whole product in processes of its own, as `npm start` runs it, in a data directory of its own. */
export class RunningSystem {
  private running: ServerProcess | undefined;

  constructor(
    readonly dataDirectory: string,
    readonly port: number,
    private readonly options: SystemOptions,
  ) {}

  get launcherPid(): number {
    return this.running!.identity.pid;
  }

  get bootstrap(): Bootstrapped {
    return JSON.parse(readFileSync(join(this.dataDirectory, 'bootstrap.json'), 'utf8')) as Bootstrapped;
  }

  /** What the launcher printed. */
  output(): string {
    return readFileSync(this.launcherLog, 'utf8');
  }

  /** What all processes logged. */
  logs(): string {
    const folder = join(this.dataDirectory, 'logs');
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  }

  /** The process of a child: `auth-flow`, `auth-flow-2`, `postgres`, `redis` … */
  pidOf(name: string): number {
    const { pid } = JSON.parse(readFileSync(join(this.dataDirectory, 'run', `${name}.json`), 'utf8')) as {
      pid: number;
    };
    return pid;
  }

  /** Every byte that Postgres and Redis keep: heap, indexes, write-ahead log, append-only file. */
  stored(): Buffer {
    return Buffer.concat(
      ['postgres', 'redis', 'spool'].map((name) => bytesIn(join(this.dataDirectory, name))),
    );
  }

  async start(): Promise<void> {
    this.running = await ServerProcess.launch({
      command: process.execPath,
      args: [join(repositoryRoot, 'tools', 'start', 'launch.mjs')],
      env: environment(this),
      logFile: this.launcherLog,
    });
    await (await keeper()).ask('watch', this.running.identity);
    const before = readyLines(this.output());
    for (const begun = performance.now(); performance.now() - begun < readyMs; await pause(pollMs)) {
      if (readyLines(this.output()) > before) return;
      if (!this.running.alive) break;
    }
    throw new Error(`the system did not become ready:\n${this.output()}`);
  }

  /** SIGTERM to the launcher, which ends the others. */
  async end(): Promise<Exit> {
    return this.running!.end('SIGTERM', stopMs);
  }

  async killLauncher(): Promise<Exit> {
    return this.running!.end('SIGKILL', 0);
  }

  /** Ends it and throws its data away. */
  async stop(): Promise<void> {
    if (this.running?.alive) await this.end();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      EVERGRANT_DATA_DIR: this.dataDirectory,
      EVERGRANT_PORT: String(this.port),
      ...(this.options.replicas !== undefined && { EVERGRANT_REPLICAS: this.options.replicas }),
      ...this.options.env,
    };
  }

  private get launcherLog(): string {
    return `${this.dataDirectory}-launcher.log`;
  }
}

/** Starts the product and returns once it says that it is ready. */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'evergrant-system-'));
  const port = options.port ?? (await freePortBlock(portsOfASystem));
  const system = new RunningSystem(dataDirectory, port, options);
  await system.start();
  return system;
}

function environment(system: RunningSystem): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG, ...system.environment };
}

function readyLines(output: string): number {
  return output.match(/^evergrant is ready at /gm)?.length ?? 0;
}

function bytesIn(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
}
