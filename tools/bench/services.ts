import type { RunningSystem } from '#testing';
import { startIdle } from './idle-service.js';

const apps = ['auth-flow', 'refresh-worker', 'revocation-audit', 'admin', 'gateway', 'sandbox'];

/** How soon each service is ready, and what it takes up when it has nothing to do. */
export async function idleServices(running: RunningSystem): Promise<void> {
  if (process.platform !== 'linux') return console.log('\nStart and memory are measured on Linux only.');
  console.log('\nServices: start to first 200 on /health/ready, and memory when idle\n');
  for (const app of apps) {
    const { readyMs, residentMb } = await startIdle(app, running.pidOf(app));
    console.log(
      `  ${app.padEnd(34)}${`${(readyMs / 1_000).toFixed(2)} s`.padStart(9)}${`${residentMb} MB`.padStart(10)}`,
    );
  }
}
