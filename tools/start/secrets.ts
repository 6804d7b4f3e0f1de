import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { createKeyFile } from '#vault';
import { provideAssertionKeys } from './assertion-keys.js';
import { readJson, writePrivately, type DataDirectory } from './data-directory.js';
import { replicated, type ReplicatedService } from './settings.js';
import { StartError } from './start-error.js';

const Passwords = z.object({
  postgres: z.string().min(16),
  owner: z.string().min(16),
  redis: z.string().min(16),
  admin: z.string().min(12),
  sandboxUser: z.string().min(12),
  /** The dashboard's client secret at the sandbox. */
  dashboardClient: z.string().min(16),
  roles: z.record(z.enum(replicated), z.string().min(16)),
});
export type Passwords = z.infer<typeof Passwords>;

export interface Secrets {
  readonly passwords: Passwords;
  readonly vaultKeyFile: string;
  readonly assertionKeyFile: string;
  readonly assertionJwksFile: string;
}

/** Passwords and keys of this data directory, made on the first start; every file has mode 0600. */
export async function provideSecrets(data: DataDirectory): Promise<Secrets> {
  const vaultKeyFile = data.key('vault-key.json');
  const assertionKeyFile = data.key('assertion-key.json');
  const assertionJwksFile = data.key('assertion-jwks.json');
  const passwords = providePasswords(data.key('passwords.json'));
  if (!existsSync(vaultKeyFile)) createKeyFile(vaultKeyFile);
  await provideAssertionKeys(assertionKeyFile, assertionJwksFile);
  return { passwords, vaultKeyFile, assertionKeyFile, assertionJwksFile };
}

function providePasswords(path: string): Passwords {
  const kept = readPasswords(path);
  const passwords = kept ?? newPasswords();
  // Of a start before there was a sign-in: all the others stay as they are.
  const complete = { ...passwords, dashboardClient: passwords.dashboardClient ?? password(24) };
  if (!kept?.dashboardClient) writePrivately(path, JSON.stringify(complete, null, 2));
  return complete;
}

type Kept = Omit<Passwords, 'dashboardClient'> & { dashboardClient?: string | undefined };

function readPasswords(path: string): Kept | undefined {
  try {
    const kept = readJson(path);
    return kept === undefined ? undefined : Passwords.partial({ dashboardClient: true }).loose().parse(kept);
  } catch {
    throw new StartError(
      `${path} is damaged, and without it the private Postgres cannot be entered. ` +
        'Restore it from a backup, or delete the data directory to begin anew.',
    );
  }
}

function newPasswords(): Kept {
  return {
    postgres: password(24),
    owner: password(24),
    redis: password(24),
    admin: password(12),
    sandboxUser: password(12),
    roles: Object.fromEntries(replicated.map((service) => [service, password(24)])) as Record<
      ReplicatedService,
      string
    >,
  };
}

function password(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
