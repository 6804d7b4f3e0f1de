import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess, type TestProcess } from '#testing';
import { createKeyFile } from '#vault';
import type { BenchDatabase } from './durable-postgres.js';

/** Keys and addresses that services of one bench share. */
export class BenchServices {
  readonly keyFile: string;
  private readonly settings: Record<string, string>;

  constructor(
    folder: string,
    private readonly database: BenchDatabase,
    redisUrl: string,
  ) {
    this.keyFile = join(folder, 'keys.json');
    createKeyFile(this.keyFile);
    const jwks = join(folder, 'assertion.jwks.json');
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'EdDSA' };
    writeFileSync(jwks, JSON.stringify({ keys: [key] }));
    this.settings = {
      LOG_LEVEL: 'warn',
      PUBLIC_URL: 'http://localhost:4000',
      REDIS_URL: redisUrl,
      VAULT_KEY_FILE: this.keyFile,
      ASSERTION_JWKS_FILE: jwks,
    };
  }

  /** In a process of its own, as it is run. */
  async start(
    service: 'auth-flow' | 'revocation-audit',
    more: Record<string, string> = {},
  ): Promise<TestProcess> {
    const database = `${service.toUpperCase().replace('-', '_')}_DATABASE_URL`;
    return startProcess(service, {
      env: { ...this.settings, [database]: this.database.urlOf(service), ...more },
    });
  }
}
