import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { SandboxConfig } from '../sandbox.config.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

/** A sandbox in this process, with the user ada, on ports of its own; may be restarted on the same file. */
export class RunningSandbox {
  private constructor(
    private readonly folder: string,
    private sandbox: Sandbox,
  ) {}

  /** With `seed`, its content goes into a seed file. */
  static async start(seed?: object): Promise<RunningSandbox> {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    return new RunningSandbox(folder, await open(folder, 0, seed));
  }

  get origin(): string {
    return this.sandbox.issuer;
  }

  get file(): string {
    return join(this.folder, 'sandbox.sqlite');
  }

  async restart(seed?: object): Promise<void> {
    await this.sandbox.close();
    this.sandbox = await open(this.folder, Number(new URL(this.origin).port), seed);
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true });
  }

  async control<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.sandbox.adminUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
  }
}

function open(folder: string, port: number, seed?: object): Promise<Sandbox> {
  const seedFile = join(folder, 'seed.json');
  if (seed) writeFileSync(seedFile, JSON.stringify(seed));
  return startSandbox(
    new SandboxConfig({
      NODE_ENV: 'test',
      PORT: String(port),
      SANDBOX_ADMIN_PORT: '0',
      SANDBOX_DATA_FILE: join(folder, 'sandbox.sqlite'),
      SANDBOX_USER_LOGIN: 'ada',
      SANDBOX_USER_PASSWORD: 'correct horse',
      ...(seed && { SANDBOX_SEED_FILE: seedFile }),
    }),
    pino({ level: 'silent' }),
  );
}
