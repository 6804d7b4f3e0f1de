import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** One of the programs in this folder, in a process of its own: whatever is told to it, it answers once. */
export class BenchProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** What it said when it was ready. */
    readonly said: unknown,
  ) {}

  static async start(program: string, env: Record<string, string> = {}): Promise<BenchProcess> {
    const { PATH, HOME, TMPDIR } = process.env;
    const options = process.env['BENCH_NODE_OPTIONS'];
    const child = fork(join(import.meta.dirname, `${program}.js`), {
      env: { PATH, HOME, TMPDIR, ...(options !== undefined && { NODE_OPTIONS: options }), ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new BenchProcess(child, await heard(child, program));
  }

  get pid(): number {
    return this.child.pid!;
  }

  async ask<T>(question: unknown): Promise<T> {
    this.child.send(question as object);
    return (await heard(this.child, this.child.spawnfile)) as T;
  }

  /** SIGTERM, and its end. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}

async function heard(child: ChildProcess, program: string): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code, signal]: unknown[]) => {
    throw new Error(`${program} ended: ${String(code ?? signal)}`);
  });
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      exit,
    ])) as unknown[];
    return message;
  } finally {
    exit.catch(() => undefined);
    ended.abort();
  }
}
