import { createServer } from 'node:net';

/** Below the ephemeral range (32768), whose ports may sit in TIME-WAIT, and above the usual development servers. */
const FIRST = 20_000;
const LAST = 32_000;
const ATTEMPTS = 200;

export class NoFreePortError extends Error {
  override readonly name = 'NoFreePortError';
}

/** A loopback port where nothing listens. */
export async function freePort(): Promise<number> {
  return freePortBlock(1);
}

/** The first of `size` consecutive free loopback ports. */
export async function freePortBlock(size: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = FIRST + Math.floor(Math.random() * (LAST - FIRST - size));
    const ports = Array.from({ length: size }, (_, offset) => first + offset);
    if ((await Promise.all(ports.map(isPortFree))).every(Boolean)) return first;
  }
  throw new NoFreePortError(`no ${size} consecutive free ports between ${FIRST} and ${LAST}`);
}

/** True where a server could listen on the loopback port right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
