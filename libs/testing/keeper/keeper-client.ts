import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { compiledKeeper, keeperSocket, type Asks, type Reply } from './protocol.js';

const START_MS = 60_000;
const RETRY_MS = 50;

export class KeeperError extends Error {
  override readonly name = 'KeeperError';
}

/** A spec's line to the keeper of the test servers. While it is open the servers stay; it does not hold the process. */
export class KeeperClient {
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private asked = 0;

  private constructor(private readonly socket: Socket) {
    socket.unref();
    createInterface({ input: socket }).on('line', (line) => {
      const reply = JSON.parse(line) as Reply;
      this.waiting.get(reply.id)?.(reply);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      for (const [id, answer] of this.waiting) answer({ id, error: 'the keeper of the test servers ended' });
    });
  }

  /** Connects to the keeper, and starts one where none runs. */
  static async connect(): Promise<KeeperClient> {
    const path = keeperSocket();
    const running = await open(path);
    if (running) return new KeeperClient(running);
    const { DATABASE_URL: _, REDIS_URL: __, ...env } = process.env;
    spawn(process.execPath, [compiledKeeper], { cwd: '/', detached: true, env, stdio: 'ignore' }).unref();
    for (let waited = 0; waited < START_MS; waited += RETRY_MS) {
      await pause(RETRY_MS);
      const socket = await open(path);
      if (socket) return new KeeperClient(socket);
    }
    throw new KeeperError(`the keeper of the test servers did not start; try: node ${compiledKeeper}`);
  }

  async ask<W extends keyof Asks>(what: W, ask: Asks[W]['ask']): Promise<Asks[W]['answer']> {
    const id = ++this.asked;
    this.socket.ref();
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve);
      if (this.socket.destroyed) resolve({ id, error: 'the keeper of the test servers ended' });
      this.socket.write(`${JSON.stringify({ id, what, ask })}\n`);
    });
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.socket.unref();
    if ('error' in reply) throw new KeeperError(reply.error);
    return reply.answer as Asks[W]['answer'];
  }

  close(): void {
    this.socket.destroy();
  }
}

let shared: Promise<KeeperClient> | undefined;

/** This process's line to the keeper, opened at the first need. */
export function keeper(): Promise<KeeperClient> {
  return (shared ??= KeeperClient.connect());
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
