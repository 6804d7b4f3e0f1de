import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { loginText, userMembers } from '../users/user-input.js';

const seed = z.strictObject({
  users: z.array(z.strictObject({ login: loginText, ...userMembers })).default([]),
  /** Client metadata (RFC 7591) with the credentials; the rest of it is oidc-provider's to judge. */
  clients: z
    .array(z.looseObject({ client_id: z.string().min(1), client_secret: z.string().min(1).optional() }))
    .default([]),
});

/** Users and clients that are there at every start. */
export type Seed = z.infer<typeof seed>;

/** Throws one sentence that names the file and every fault, without the values. */
export function readSeedFile(path: string): Seed {
  const parsed = seed.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path: at, message }) => `  ${at.map(String).join('.')}: ${message}`,
  );
  throw new Error(`SANDBOX_SEED_FILE ${path} is not valid:\n${faults.join('\n')}`);
}

function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch {
    // The cause would quote what it stumbled over, which may be a password.
    throw new Error(`SANDBOX_SEED_FILE ${path} is not JSON`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`SANDBOX_SEED_FILE cannot be read: ${(cause as Error).message}`, { cause });
  }
}
