import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Arming } from './failpoints.js';
import type { Answer, Command } from './worker-protocol.js';

const program = join(import.meta.dirname, 'worker.js');
const patienceMs = 30_000;

/** A worker's process, as its killer sees it. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown[]>;
  private readonly loaded: Promise<Answer>;

  constructor(folder: string) {
    this.child = fork(program, [], {
      // Loading the modules is most of a start.
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compile-cache') },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = once(this.child, 'exit');
    this.loaded = this.answerTo('load');
    this.loaded.catch(() => undefined);
  }

  async tell(command: Command): Promise<Answer> {
    await this.loaded;
    const answer = this.answerTo(command.do);
    this.child.send(command);
    return answer;
  }

  arm(arming: Arming): Promise<Answer> {
    return this.tell({ do: 'arm', ...arming });
  }

  /** @throws where it does not die by SIGKILL in time: the failpoint was not reached */
  async death(): Promise<void> {
    const [, signal] = await inTime(this.exited, 'a worker did not die at its failpoint');
    if (signal !== 'SIGKILL') throw new Error(`a worker ended by itself: ${String(signal)}`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private answerTo(done: Answer['done']): Promise<Answer> {
    const answered = new Promise<Answer>((resolve, reject) => {
      const listen = (answer: Answer): void => {
        if (answer.done !== done) return;
        this.child.off('message', listen);
        resolve(answer);
      };
      this.child.on('message', listen);
      void this.exited.then(() => reject(new Error(`a worker died before it could ${done}`)));
    });
    return inTime(answered, `a worker did not ${done}`);
  }
}

async function inTime<T>(work: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} within ${patienceMs} ms`)), patienceMs);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
