import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { SandboxDatabase } from './sandbox-database.js';

export interface Secrets {
  /** Private JWK, RS256, with its kid. */
  signingKey: JWK & { kid: string };
  cookieKey: string;
}

const read = (database: SandboxDatabase, name: string): string | undefined =>
  database.row('SELECT value FROM secret WHERE name = ?', name)?.['value'] as string | undefined;

async function newSigningKey(): Promise<JWK & { kid: string }> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    ...(await exportJWK(privateKey)),
    alg: 'RS256',
    use: 'sig',
    kid: randomBytes(8).toString('base64url'),
  };
}

/** The keys of this sandbox; made on the first start, the same ever after, so that sessions and JWTs survive a restart. */
export async function loadSecrets(database: SandboxDatabase): Promise<Secrets> {
  const remember = (name: string, value: string): string => {
    database.run('INSERT OR IGNORE INTO secret (name, value) VALUES (?, ?)', name, value);
    return read(database, name) ?? value;
  };
  const signingKey =
    read(database, 'signing_key') ?? remember('signing_key', JSON.stringify(await newSigningKey()));
  const cookieKey =
    read(database, 'cookie_key') ?? remember('cookie_key', randomBytes(32).toString('base64url'));
  return { signingKey: JSON.parse(signingKey) as Secrets['signingKey'], cookieKey };
}
