import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient, type RunningSystem } from '#testing';
import { measure, type Measured } from './load.js';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);

/** The whole path of a read: key, scope, rate limit, state, opening, usage; against a server that does nothing. */
export async function tokenReads({ bootstrap, port }: RunningSystem): Promise<void> {
  const { public_url: gateway, api_key: key, integration } = bootstrap;
  const made = await new ApiClient(gateway, key).post<{ id: string }>('/v1/connections', {
    integration,
    grant_type: 'client_credentials',
    scopes: ['notes:write'],
  });
  if (made.status !== 201) throw new Error(`no connection to read: ${JSON.stringify(made.body)}`);
  const path = `/v1/connections/${made.body.id}/token`;
  const headers = { authorization: `Bearer ${key}` };
  const bare = spawn(process.execPath, [join(import.meta.dirname, 'bare-server.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const results = await measure(
      [
        { title: 'bare Fastify server', url: `${await firstLine(bare)}/token` },
        { title: 'token read, auth-flow', url: `http://127.0.0.1:${port + 1}${path}`, headers },
        { title: 'token read, through the gateway', url: `${gateway}${path}`, headers },
      ],
      rounds,
      seconds,
    );
    console.log(`\nToken reads: 32 connections, medians of ${rounds} alternating rounds of ${seconds} s\n`);
    for (const result of results) console.log(lineOf(result, results[0]!));
  } finally {
    bare.kill();
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
