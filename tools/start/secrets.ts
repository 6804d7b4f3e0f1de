import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { createKeyFile } from '#vault';
import { readJson, writePrivately, type DataDirectory } from './data-directory.js';
import { replicated, type ReplicatedService } from './settings.js';
import { StartError } from './start-error.js';

const Passwords = z.object({
  postgres: z.string().min(16),
  owner: z.string().min(16),
  redis: z.string().min(16),
  admin: z.string().min(12),
  sandboxUser: z.string().min(12),
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
  if (!existsSync(assertionKeyFile) || !existsSync(assertionJwksFile))
    await createAssertionKeys(assertionKeyFile, assertionJwksFile);
  return { passwords, vaultKeyFile, assertionKeyFile, assertionJwksFile };
}

function providePasswords(path: string): Passwords {
  try {
    const kept = readJson(path);
    if (kept !== undefined) return Passwords.parse(kept);
  } catch {
    throw new StartError(
      `${path} is damaged, and without it the private Postgres cannot be entered. ` +
        'Restore it from a backup, or delete the data directory to begin anew.',
    );
  }
  const password = (bytes: number) => randomBytes(bytes).toString('base64url');
  const passwords: Passwords = {
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
  writePrivately(path, JSON.stringify(passwords, null, 2));
  return passwords;
}

/** The Ed25519 key with which admin says who asks, and its public half for those it asks. */
async function createAssertionKeys(keyFile: string, jwksFile: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const kid = randomBytes(8).toString('hex');
  const named = { kid, alg: 'EdDSA', use: 'sig' };
  writePrivately(keyFile, JSON.stringify({ ...(await exportJWK(privateKey)), ...named }));
  writeFileSync(jwksFile, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...named }] }), {
    mode: 0o600,
  });
}
