import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, ServerProcess, type Exit } from '#embedded';
import { keeper } from './keeper/keeper-client.js';
import { repositoryRoot } from './keeper/protocol.js';

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Answers 200 once the process is ready; by default its own /health/ready. */
  readonly ready?: string;
  readonly timeoutMs?: number;
}

export class ProcessNotReadyError extends Error {
  override readonly name = 'ProcessNotReadyError';
}

const READY_MS = 20_000;
const STOP_MS = 15_000;
const POLL_MS = 40;

/** A running app of ours, compiled, in a process of its own. */
export class TestProcess {
  readonly url: string;
  private running: ServerProcess | undefined;

  constructor(
    private readonly app: string,
    private readonly port: number,
    private readonly logFile: string,
    private readonly options: ProcessOptions,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  get pid(): number {
    if (!this.running) throw new ProcessNotReadyError(`${this.app} does not run`);
    return this.running.identity.pid;
  }

  /** Everything it printed so far, before and after a restart. */
  output(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Waits until it printed something that matches. */
  async printed(pattern: RegExp, timeoutMs = 5_000): Promise<RegExpMatchArray> {
    for (const begun = performance.now(); performance.now() - begun < timeoutMs; await pause(POLL_MS)) {
      const match = this.output().match(pattern);
      if (match) return match;
    }
    throw new ProcessNotReadyError(
      `${this.app} did not print ${pattern} within ${timeoutMs} ms:\n${this.output()}`,
    );
  }

  async start(): Promise<void> {
    this.running = await ServerProcess.launch({
      command: process.execPath,
      args: ['--enable-source-maps', join(repositoryRoot, 'dist', 'apps', this.app, 'main.js')],
      env: environment(this.port, this.options.env),
      logFile: this.logFile,
    });
    await (await keeper()).ask('watch', this.running.identity);
    await this.becomesReady(this.running);
  }

  /** SIGTERM, as an orchestrator ends it. */
  async stop(): Promise<Exit> {
    return this.end('SIGTERM');
  }

  async kill(): Promise<Exit> {
    return this.end('SIGKILL');
  }

  /** Ends it in order where it runs, and starts it at the same address. */
  async restart(): Promise<void> {
    if (this.running?.alive) await this.stop();
    await this.start();
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
    return (await this.running?.end(signal, STOP_MS)) ?? { code: null, signal: null };
  }

  private async becomesReady(running: ServerProcess): Promise<void> {
    const ready = this.options.ready ?? `${this.url}/health/ready`;
    const patience = this.options.timeoutMs ?? READY_MS;
    for (const begun = performance.now(); performance.now() - begun < patience; await pause(POLL_MS)) {
      if (await isOk(ready)) return;
      if (!running.alive) break;
    }
    const ended = !running.alive;
    await running.end('SIGKILL', 0);
    throw new ProcessNotReadyError(
      `${this.app} ${ended ? 'ended before it was ready' : `was not ready after ${patience} ms`}:\n${this.output()}`,
    );
  }
}

/** Starts `dist/apps/<app>/main.js` on a free loopback port (or env.PORT) and returns once it is ready. */
export async function startProcess(app: string, options: ProcessOptions = {}): Promise<TestProcess> {
  const { path } = await (await keeper()).ask('directory', null);
  mkdirSync(path, { recursive: true });
  const port = Number(options.env?.['PORT'] ?? (await freePort()));
  const started = new TestProcess(app, port, join(path, `${app}.log`), options);
  await started.start();
  return started;
}

/** Only what a process needs of ours, so that a developer's own settings do not decide a test. */
function environment(port: number, env: ProcessOptions['env']): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG, NODE_ENV: 'test', HOST: '127.0.0.1', PORT: String(port), ...env };
}

async function isOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
