import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#embedded';

export interface IdleService {
  app: string;
  /** From the start of the process to its first 200 on /health/ready. */
  readyMs: number;
  /** Resident memory after it did nothing for a while. */
  residentMb: number;
}

const idleMs = 3_000;
const patienceMs = 30_000;

/** Starts one more of a running service, with the very arguments and environment of `pid`. Linux only. */
export async function startIdle(app: string, pid: number): Promise<IdleService> {
  const port = await freePort();
  const adminPort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const env = {
    ...environmentOf(pid),
    PORT: String(port),
    SPOOL_DIR: join(folder, 'spool'),
    SANDBOX_ADMIN_PORT: String(adminPort),
    SANDBOX_DATA_FILE: join(folder, 'sandbox.sqlite'),
  };
  const begun = performance.now();
  const child = spawn(process.execPath, argumentsOf(pid), { env, stdio: 'ignore' });
  try {
    while (!(await isReady(port))) {
      if (performance.now() - begun > patienceMs) throw new Error(`${app} did not become ready`);
      await pause(5);
    }
    const readyMs = Math.round(performance.now() - begun);
    await pause(idleMs);
    return { app, readyMs, residentMb: residentMb(child.pid!) };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

function argumentsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean).slice(1);
}

function environmentOf(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
