import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '#platform';
import {
  ApiClient,
  createDatabase,
  createRedis,
  eventually,
  seedConnection,
  seedWorkspace,
  type TestDatabase,
  type TestRedis,
} from '#testing';
import { createKeyFile } from '#vault';
import { RevocationAuditConfig } from '../revocation-audit.config.js';
import { RevocationAuditModule } from '../revocation-audit.module.js';
import { Transmitter, type Forgery } from './transmitter.fixture.js';

export interface Stream {
  id: string;
  push_endpoint: string | null;
  global_token_revocation_endpoint: string;
  authorization: string;
  [member: string]: unknown;
}

export interface Person {
  connection: string;
  endUser: string;
  email: string;
  subject: string;
}

const publicUrl = 'https://evergrant.example';

/** revocation-audit in this process, a transmitter, and people with connections that it tells us of. */
export class SecurityEventsFixture {
  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    readonly transmitter: Transmitter,
    readonly workspace: string,
    readonly apiKey: string,
  ) {}

  api!: ApiClient;
  private readonly services: NestFastifyApplication[] = [];
  private people = 0;

  static async start(): Promise<SecurityEventsFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'security-events-'));
    createKeyFile(join(folder, 'keys.json'));
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA' };
    writeFileSync(join(folder, 'assertion.jwks.json'), JSON.stringify({ keys: [key] }));
    const [database, redis, transmitter] = await Promise.all([
      createDatabase(),
      createRedis(),
      Transmitter.start(),
    ]);
    const { workspace, apiKey } = await seedWorkspace(database);
    const fixture = new SecurityEventsFixture(folder, database, redis, transmitter, workspace, apiKey);
    fixture.api = await fixture.replica();
    return fixture;
  }

  /** The transmitter is the one origin that may be called without TLS. */
  get env(): Record<string, string> {
    return {
      NODE_ENV: 'test',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
      PUBLIC_URL: publicUrl,
      REVOCATION_AUDIT_DATABASE_URL: this.database.urlOf('revocation-audit'),
      REDIS_URL: this.redis.url,
      VAULT_KEY_FILE: join(this.folder, 'keys.json'),
      ASSERTION_JWKS_FILE: join(this.folder, 'assertion.jwks.json'),
      OUTBOUND_SANDBOX_ORIGIN: this.transmitter.url,
    };
  }

  async replica(): Promise<ApiClient> {
    const config = new RevocationAuditConfig(this.env);
    const module = RevocationAuditModule.with(config);
    const service = await createService({ service: 'revocation-audit', module, config });
    this.services.push(service);
    await service.listen(0, '127.0.0.1');
    return new ApiClient(await service.getUrl()).as(this.apiKey);
  }

  /** The replica that was started so many others after the first. */
  serviceOf(index: number): NestFastifyApplication {
    return this.services[index]!;
  }

  /** Stops what runs in this process; a replica may follow. */
  async stopService(): Promise<void> {
    await Promise.all(this.services.splice(0).map((service) => service.close()));
  }

  async stop(): Promise<void> {
    await this.stopService();
    await this.transmitter.stop();
    await Promise.all([this.database.drop(), this.redis.drop()]);
    rmSync(this.folder, { recursive: true });
  }

  async stream(wish: Record<string, unknown> = {}): Promise<Stream> {
    const { status, body } = await this.api.post<Stream>('/v1/security-event-streams', {
      issuer: this.transmitter.url,
      delivery: 'push',
      ...wish,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  /** A connection of somebody who can be named in every way. */
  async person(change: { workspace?: string } = {}): Promise<Person> {
    this.people += 1;
    const endUser = `user-${this.people}`;
    const person = { endUser, email: `Ada.${this.people}@example.com`, subject: `sub-${this.people}` };
    const { workspace = this.workspace } = change;
    const { connection } = await seedConnection(this.database, { workspace, endUser });
    await this.database.query(`UPDATE connection SET end_user_email = $2, subject = $3 WHERE id = $1`, [
      connection,
      person.email,
      person.subject,
    ]);
    return { connection, ...person };
  }

  /** Pushes a SET as the transmitter would, to whichever replica; `headers` replace what it would send. */
  async push(
    stream: Stream,
    forgery: Forgery & { body?: string; headers?: Record<string, string>; origin?: string } = {},
  ): Promise<{ status: number; headers: Headers; text: string }> {
    const audience = stream.push_endpoint ?? '';
    const body = forgery.body ?? (await this.transmitter.set(audience, forgery));
    const response = await fetch(`${forgery.origin ?? this.api.origin}/v1/security-events/${stream.id}`, {
      method: 'POST',
      body,
      headers: {
        authorization: stream.authorization,
        'content-type': 'application/secevent+jwt',
        ...forgery.headers,
      },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async stateOf({ connection }: Person): Promise<string> {
    const rows = await this.database.query<{ state: string }>(`SELECT state FROM connection WHERE id = $1`, [
      connection,
    ]);
    return rows[0]!.state;
  }

  /** What was received on a stream, oldest first. */
  async received(
    stream: Stream,
  ): Promise<{ jti: string; state: string; outcome: { action: string; matched: number } | null }[]> {
    return this.database.query(
      `SELECT jti, state, outcome FROM security_event WHERE stream_id = $1 ORDER BY received_at`,
      [stream.id],
    );
  }

  /** The outcomes of a stream's events, when all are processed. */
  async outcomes(stream: Stream): Promise<{ action: string; matched: number }[]> {
    return eventually(async () => {
      const events = await this.received(stream);
      if (events.some(({ outcome }) => outcome === null)) throw new Error('not all are processed yet');
      return events.map(({ outcome }) => outcome!);
    });
  }
}
