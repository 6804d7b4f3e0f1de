import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiClient,
  createDatabase,
  createRedis,
  seedConnection,
  seedWorkspace,
  startProcess,
  type ConnectionSeed,
  type SeededConnection,
  type TestDatabase,
  type TestProcess,
  type TestRedis,
} from '#testing';
import { createKeyFile, openVault, type Vault } from '#vault';

export interface Generation {
  access: string;
  refresh: string;
}

/** A connection whose tokens are known to the test: one pair a generation, oldest first. */
export interface Leaked extends SeededConnection {
  generations: Generation[];
}

const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const newToken = () => `leak_${randomBytes(24).toString('base64url')}`;

/** revocation-audit in a process of its own, so that all it prints is seen and it can be killed; and GitHub's keys. */
export class LeaksFixture {
  readonly github = keys();
  /** What GitHub publishes, by identifier. */
  readonly published = new Map<string, KeyObject>([['github-key-1', this.github.publicKey]]);
  keysAsked = 0;
  api!: ApiClient;

  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    private readonly partner: Server,
    readonly vault: Vault,
    readonly workspace: string,
    readonly apiKey: string,
  ) {}

  process!: TestProcess;

  static async start(): Promise<LeaksFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
    createKeyFile(join(folder, 'keys.json'));
    writeFileSync(join(folder, 'assertion.jwks.json'), JSON.stringify({ keys: [assertionKey()] }));
    const [database, redis] = await Promise.all([createDatabase(), createRedis()]);
    const { workspace, apiKey } = await seedWorkspace(database);
    const partner = createServer((_, reply) => void reply.end(fixture.publishedKeys()));
    await new Promise<void>((listening) => partner.listen(0, '127.0.0.1', listening));
    const noKeys = { find: () => Promise.reject(new Error('not needed')), insert: () => Promise.resolve() };
    const vault = openVault(join(folder, 'keys.json'), noKeys);
    const fixture = new LeaksFixture(folder, database, redis, partner, vault, workspace, apiKey);
    const origin = `http://127.0.0.1:${(partner.address() as AddressInfo).port}`;
    fixture.process = await startProcess('revocation-audit', {
      env: {
        LOG_LEVEL: 'trace',
        PUBLIC_URL: 'http://localhost:4000',
        REVOCATION_AUDIT_DATABASE_URL: database.urlOf('revocation-audit'),
        REDIS_URL: redis.url,
        VAULT_KEY_FILE: join(folder, 'keys.json'),
        ASSERTION_JWKS_FILE: join(folder, 'assertion.jwks.json'),
        OUTBOUND_SANDBOX_ORIGIN: origin,
        GITHUB_LEAK_KEYS_URL: `${origin}/keys`,
      },
    });
    fixture.api = new ApiClient(fixture.process.url, apiKey);
    return fixture;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    this.partner.closeAllConnections();
    this.partner.close();
    await Promise.all([this.database.drop(), this.redis.drop()]);
    rmSync(this.folder, { recursive: true });
  }

  /**
   * `generations` pairs of tokens, an hour each, the newest current. A provider that does not rotate gives one refresh token.
   * Those in `consented` came of a new consent, while the one before was good.
   */
  async leaked(
    seed: ConnectionSeed = {},
    {
      generations = 3,
      rotates = true,
      consented = [],
      settings = {},
    }: { generations?: number; rotates?: boolean; consented?: number[]; settings?: object } = {},
  ): Promise<Leaked> {
    const connection = await seedConnection(this.database, {
      workspace: this.workspace,
      ...seed,
      generation: generations,
    });
    const kept = newToken();
    const pairs = Array.from({ length: generations }, () => ({
      access: newToken(),
      refresh: rotates ? newToken() : kept,
    }));
    await this.database.query(`DELETE FROM token_set WHERE connection_id = $1`, [connection.connection]);
    await this.database.query(
      `INSERT INTO token_set (workspace_id, connection_id, slot, generation, access_token_fingerprint,
         refresh_token_fingerprint, token_type, scope, issued_at, expires_at, replaces_unspent)
       SELECT $1, $2, 'default', nth, access, refresh, 'Bearer', 'profile', now() - ($3 - nth) * interval '1 hour',
         now() - ($3 - nth) * interval '1 hour' + $4 * interval '1 ms', nth = ANY ($7)
       FROM unnest($5::bytea[], $6::bytea[]) WITH ORDINALITY AS pair (access, refresh, nth)`,
      [
        connection.workspace,
        connection.connection,
        generations,
        seed.expiresInMs ?? 1_800_000,
        pairs.map(({ access }) => this.vault.fingerprint(access)),
        pairs.map(({ refresh }) => this.vault.fingerprint(refresh)),
        consented,
      ],
    );
    await this.database.query(`UPDATE integration SET settings = $2 WHERE id = $1`, [
      connection.integration,
      settings,
    ]);
    return { ...connection, generations: pairs };
  }

  /** A report as GitHub sends it; what is wrong with it is said in `change`. */
  async report(
    tokens: readonly Record<string, unknown>[],
    change: { key?: KeyObject; keyId?: string; sent?: string; signature?: string } = {},
  ): Promise<{ status: number; text: string }> {
    const signed = JSON.stringify(tokens);
    const key = change.key ?? this.github.privateKey;
    const answer = await fetch(`${this.process.url}/v1/leak-reports/github`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'github-public-key-identifier': change.keyId ?? 'github-key-1',
        'github-public-key-signature':
          change.signature ?? sign('sha256', Buffer.from(signed), key).toString('base64'),
      },
      body: change.sent ?? signed,
    });
    return { status: answer.status, text: await answer.text() };
  }

  async stateOf({ connection }: SeededConnection): Promise<string> {
    const [row] = await this.database.query<{ state: string }>(`SELECT state FROM connection WHERE id = $1`, [
      connection,
    ]);
    return row!.state;
  }

  /** Types of a subject's events, oldest first, with their data. */
  async events({ connection }: SeededConnection): Promise<{ type: string; data: Record<string, unknown> }[]> {
    return this.database.query(`SELECT type, data FROM outbox_event WHERE subject = $1 ORDER BY sequence`, [
      connection,
    ]);
  }

  /** Entries of an action in the audit log, oldest first. */
  async audited(action: string): Promise<{ subject: { id: string }; detail: Record<string, unknown> }[]> {
    const rows = await this.database.query<{ entry: Buffer }>(
      `SELECT entry FROM audit_entry WHERE action = $1 ORDER BY sequence`,
      [action],
    );
    return rows.map(({ entry }) => JSON.parse(entry.toString()) as never);
  }

  private publishedKeys(): string {
    this.keysAsked += 1;
    const publicKeys = [...this.published].map(([id, key]) => ({
      key_identifier: id,
      key: key.export({ type: 'spki', format: 'pem' }),
      is_current: true,
    }));
    return JSON.stringify({ public_keys: publicKeys });
  }
}

function assertionKey(): object {
  const { publicKey } = generateKeyPairSync('ed25519');
  return { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA' };
}
