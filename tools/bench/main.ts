import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient, startSystem, type RunningSystem } from '#testing';
import { startIdle } from './idle-service.js';
import { measure, type Measured } from './load.js';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const apps = ['auth-flow', 'refresh-worker', 'revocation-audit', 'admin', 'gateway', 'sandbox'];

const system = await startSystem();
const bare = spawn(process.execPath, [join(import.meta.dirname, 'bare-server.js')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await tokenReads(system, bare);
  await idleServices(system);
} finally {
  bare.kill();
  await system.stop();
}
process.exit();

/** The whole path of a read: key, scope, rate limit, state, opening, usage; against a server that does nothing. */
async function tokenReads({ bootstrap, port }: RunningSystem, bareServer: ChildProcess): Promise<void> {
  const { public_url: gateway, api_key: key, integration } = bootstrap;
  const made = await new ApiClient(gateway, key).post<{ id: string }>('/v1/connections', {
    integration,
    grant_type: 'client_credentials',
    scopes: ['notes:write'],
  });
  if (made.status !== 201) throw new Error(`no connection to read: ${JSON.stringify(made.body)}`);
  const path = `/v1/connections/${made.body.id}/token`;
  const headers = { authorization: `Bearer ${key}` };
  const results = await measure(
    [
      { title: 'bare Fastify server', url: `${await firstLine(bareServer)}/token` },
      { title: 'token read, auth-flow', url: `http://127.0.0.1:${port + 1}${path}`, headers },
      { title: 'token read, through the gateway', url: `${gateway}${path}`, headers },
    ],
    rounds,
    seconds,
  );
  console.log(`\nToken reads: 32 connections, medians of ${rounds} alternating rounds of ${seconds} s\n`);
  for (const result of results) console.log(lineOf(result, results[0]!));
}

async function idleServices(running: RunningSystem): Promise<void> {
  if (process.platform !== 'linux') return console.log('\nStart and memory are measured on Linux only.');
  console.log('\nServices: start to first 200 on /health/ready, and memory when idle\n');
  for (const app of apps) {
    const { readyMs, residentMb } = await startIdle(app, running.pidOf(app));
    console.log(
      `  ${app.padEnd(34)}${`${(readyMs / 1_000).toFixed(2)} s`.padStart(9)}${`${residentMb} MB`.padStart(10)}`,
    );
  }
}

function lineOf({ title, perSecond, p50Ms, p99Ms }: Measured, baseline: Measured): string {
  const ratio = (perSecond / baseline.perSecond).toFixed(3);
  return `  ${title.padEnd(34)}${`${perSecond}/s`.padStart(9)}   ratio ${ratio}   p50 ${p50Ms} ms   p99 ${p99Ms} ms`;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout! })) return line;
  throw new Error('the bare server did not start');
}
