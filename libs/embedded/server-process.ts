import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly argv0?: string;
  /** Standard output and error are appended to it; the file outlives whoever started the process. */
  readonly logFile: string;
  readonly user?: { readonly uid: number; readonly gid: number };
}

export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** How often an adopted process, which is nobody's child here, is looked at. */
const ADOPTED_POLL_MS = 250;

/**
 * A process in a group of its own, so that a terminal's Ctrl-C reaches only its keeper, which ends things in order.
 * It is either a child or an adopted orphan of an earlier keeper; both are asked and ended alike.
 */
export class ServerProcess {
  private constructor(
    readonly identity: ProcessIdentity,
    readonly exited: Promise<Exit>,
  ) {}

  static async launch(launch: Launch): Promise<ServerProcess> {
    const log = openSync(launch.logFile, 'a', 0o600);
    try {
      const child = spawn(launch.command, launch.args, {
        argv0: launch.argv0,
        cwd: '/',
        detached: true,
        env: launch.env ?? process.env,
        stdio: ['ignore', log, log],
        ...launch.user,
      });
      const exited = new Promise<Exit>((resolve) =>
        child.once('exit', (code, signal) => resolve({ code, signal })),
      );
      const failed = new Promise<Error>((resolve) => child.once('error', resolve));
      if (child.pid === undefined) throw new LaunchError(`${launch.command}: ${(await failed).message}`);
      const identity = identify(child.pid) ?? { pid: child.pid, startedAt: 'gone' };
      return new ServerProcess(identity, exited);
    } finally {
      closeSync(log);
    }
  }

  static adopt(identity: ProcessIdentity): ServerProcess {
    return new ServerProcess(identity, goneWithoutStatus(identity));
  }

  get alive(): boolean {
    return isAlive(this.identity);
  }

  /** Sends a signal unless the process is gone: its pid may be another's by now. */
  signal(signal: NodeJS.Signals): void {
    if (this.alive) process.kill(this.identity.pid, signal);
  }

  /** Asks it to end, waits, and kills what does not listen. */
  async end(signal: NodeJS.Signals, patienceMs: number, last: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.signal(signal);
    const timeout = new AbortController();
    const late = pause(patienceMs, 'late' as const, { signal: timeout.signal }).catch(() => 'late' as const);
    if ((await Promise.race([this.exited, late])) === 'late') this.signal(last);
    timeout.abort();
    return this.exited;
  }
}

async function goneWithoutStatus(identity: ProcessIdentity): Promise<Exit> {
  while (isAlive(identity)) await pause(ADOPTED_POLL_MS);
  return { code: null, signal: null };
}
