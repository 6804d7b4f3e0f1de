import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { lastLines, type Exit, type ServerProcess } from '#embedded';
import { Backoff } from './backoff.js';
import { writePrivately } from './data-directory.js';
import { StartError } from './start-error.js';

export interface Keeping {
  readonly name: string;
  readonly logFile: string;
  /** Where its identity is written, so that a later start knows what this one left behind. */
  readonly runFile: string;
  readonly end: {
    readonly signal: NodeJS.Signals;
    readonly patienceMs: number;
    readonly last: NodeJS.Signals;
  };
  readonly report: (line: string) => void;
  /** Starts it, or takes over one found running. */
  launch(): Promise<ServerProcess>;
  isReady(): Promise<boolean>;
}

const READY_MS = 60_000;
const READY_POLL_MS = 50;

/** One process that is started again, with growing pauses, whenever it ends by itself once it had been ready. */
export class KeptProcess {
  private readonly backoff = new Backoff();
  private readonly stopping = new AbortController();
  private running: ServerProcess | undefined;
  private wasReady = false;

  constructor(private readonly keeping: Keeping) {}

  get name(): string {
    return this.keeping.name;
  }

  /** Starts it and returns once it is ready; throws StartError with the end of its log where it does not get there. */
  async start(): Promise<void> {
    await this.launch();
    const begun = performance.now();
    while (!(await this.keeping.isReady())) {
      if (this.stopping.signal.aborted) return;
      if (!this.running?.alive) throw this.notStarted('ended');
      if (performance.now() - begun > READY_MS)
        throw this.notStarted(`was not ready after ${READY_MS / 1000} s`);
      await pause(READY_POLL_MS);
    }
    this.wasReady = true;
  }

  /** Ends it in order; it is not started again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const { signal, patienceMs, last } = this.keeping.end;
    await this.running?.end(signal, patienceMs, last);
    rmSync(this.keeping.runFile, { force: true });
  }

  /** Ends it at once. */
  kill(): void {
    this.stopping.abort();
    this.running?.signal(this.keeping.end.last);
  }

  private async launch(): Promise<void> {
    const running = await this.keeping.launch();
    this.running = running;
    writePrivately(this.keeping.runFile, JSON.stringify(running.identity));
    const begun = performance.now();
    void running.exited.then((exit) => this.ended(exit, performance.now() - begun));
    if (this.stopping.signal.aborted) await this.stop();
  }

  private async ended(exit: Exit, livedMs: number): Promise<void> {
    if (this.stopping.signal.aborted || !this.wasReady) return;
    const waitMs = this.backoff.next(livedMs);
    this.keeping.report(
      `${this.name} ended (${how(exit)}); it starts again in ${waitMs / 1000} s. Its log: ${this.keeping.logFile}`,
    );
    try {
      await pause(waitMs, undefined, { signal: this.stopping.signal });
      await this.launch();
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.keeping.report(`${this.name} did not start: ${(error as Error).message}`);
      return this.ended({ code: null, signal: null }, 0);
    }
    void this.reportReady(this.running);
  }

  private async reportReady(running: ServerProcess | undefined): Promise<void> {
    while (running?.alive && !this.stopping.signal.aborted) {
      if (await this.keeping.isReady()) return this.keeping.report(`${this.name} is ready again`);
      await pause(READY_POLL_MS * 4);
    }
  }

  private notStarted(what: string): StartError {
    const { logFile } = this.keeping;
    return new StartError(
      `${this.name} ${what} before it was ready. The end of its log (${logFile}):\n${lastLines(logFile, 8)}`,
    );
  }
}

function how({ code, signal }: Exit): string {
  if (signal) return signal;
  return code === null ? 'nobody saw how' : `exit code ${code}`;
}
