import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AssertionSigner, createService, type Role } from '#platform';
import { AuditEntry, Database, IntegrationRepository, newId, type Integration } from '#storage';
import {
  ApiClient,
  createDatabase,
  createRedis,
  freePort,
  ScriptedBrowser,
  seedWorkspace,
  startProcess,
  type TestDatabase,
  type TestProcess,
  type TestRedis,
  type VisitedPage,
} from '#testing';
import { createKeyFile, Vault } from '#vault';
import { AuthFlowConfig } from '../auth-flow.config.js';
import { AuthFlowModule } from '../auth-flow.module.js';

export const returnUrl = 'http://platform.example/back?tab=1';
export const login = { login: 'ada', password: 'correct horse' };
/** Fields of the sandbox's user. */
const users = { SANDBOX_USER_LOGIN: login.login, SANDBOX_USER_PASSWORD: login.password };
const scopes = ['openid', 'profile', 'offline_access', 'notes:write'];

export interface Session {
  id: string;
  url: string;
}

export interface Audited {
  action: string;
  /** The kind of who did it. */
  actor: string;
  detail: Record<string, unknown>;
}

/** auth-flow in this process, a sandbox in another, and what a platform and its end user do with them. */
export class ConnectFixture {
  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    readonly sandbox: TestProcess,
    readonly control: ApiClient,
    readonly app: NestFastifyApplication,
    readonly api: ApiClient,
    readonly workspace: string,
    readonly apiKey: string,
  ) {}

  integration!: string;
  private readonly replicas: NestFastifyApplication[] = [];

  static async start(): Promise<ConnectFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'connect-'));
    createKeyFile(join(folder, 'keys.json'));
    writeAssertionKeys(folder);
    const env = { SANDBOX_DATA_FILE: join(folder, 'sandbox.sqlite'), SANDBOX_ADMIN_PORT: '0', ...users };
    const [database, redis, sandbox, port] = await Promise.all([
      createDatabase(),
      createRedis(),
      startProcess('sandbox', { env }),
      freePort(),
    ]);
    const [, adminUrl = ''] = await sandbox.printed(/"admin_url":"([^"]+)"/);
    const { workspace, apiKey } = await seedWorkspace(database);
    // Another host than the sandbox's: two sites, as in life.
    const publicUrl = `http://localhost:${port}`;
    const app = await service(folder, publicUrl, { database, redis, sandbox });
    await app.listen(port, '127.0.0.1');
    const fixture = new ConnectFixture(
      folder,
      database,
      redis,
      sandbox,
      new ApiClient(adminUrl),
      app,
      new ApiClient(publicUrl, apiKey),
      workspace,
      apiKey,
    );
    fixture.integration = await fixture.newIntegration();
    return fixture;
  }

  async stop(): Promise<void> {
    await Promise.all([this.app, ...this.replicas].map((app) => app.close()));
    await this.sandbox.stop();
    await Promise.all([this.database.drop(), this.redis.drop()]);
    rmSync(this.folder, { recursive: true });
  }

  /** Another auth-flow on the same stores, under the same public URL. */
  async replica(settings: Record<string, string> = {}): Promise<ApiClient> {
    const app = await service(this.folder, this.api.origin, this, settings);
    this.replicas.push(app);
    await app.listen(0, '127.0.0.1');
    return new ApiClient(await app.getUrl(), this.apiKey);
  }

  /** A member of the workspace, whose requests admin vouches for. */
  async person(
    role: Role,
    { workspace = this.workspace, signedInAt = new Date() }: { workspace?: string; signedInAt?: Date } = {},
  ): Promise<{ id: string; api: ApiClient }> {
    const id = `usr_${randomUUID()}`;
    await this.database.query(
      `INSERT INTO person (id, issuer, subject, name) VALUES ($1, 'https://issuer.example', $1, 'Grace')`,
      [id],
    );
    await this.database.query(
      `INSERT INTO member (workspace_id, person_id, role, source) VALUES ($1, $2, $3, 'invitation')`,
      [workspace, id, role],
    );
    const signer = await AssertionSigner.fromFile(join(this.folder, 'assertion.json'), 'admin');
    const actor = { id, name: 'Grace' };
    const vouch = (method: string, path: string) =>
      signer.sign({
        audience: 'auth-flow',
        ...{ workspace, role, actor, authenticatedAt: signedInAt, request: { method, path } },
      });
    return { id, api: this.api.as(vouch) };
  }

  /** Registered at the sandbox, and stored with its secret. */
  async newIntegration(change: Partial<Integration> & { secret?: string } = {}): Promise<string> {
    const { secret, ...columns } = change;
    const id = newId('int');
    const { body } = await new ApiClient(this.sandbox.url).post('/register', {
      client_name: 'Evergrant',
      redirect_uris: [`${this.api.origin}/oauth/callback/${id}`],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
    });
    const { client_id: clientId, client_secret: given } = body as {
      client_id: string;
      client_secret: string;
    };
    const cipher = await this.app.get(Vault, { strict: false }).cipherFor(this.workspace);
    await this.app.get(Database, { strict: false }).inWorkspace(this.workspace, async (tx) => {
      const integrations = tx.get(IntegrationRepository);
      await integrations.insert({
        id,
        provider: 'sandbox',
        name: 'Tidy <b>Notes</b>',
        state: 'active',
        clientId,
        tokenEndpointAuthMethod: 'client_secret_basic',
        scopes,
        returnUrls: [returnUrl],
        refreshPolicy: 'ahead',
        confirmation: true,
        limits: {},
        settings: {},
        ...columns,
      });
      await integrations.insertSecret(id, (sec) =>
        cipher.seal({ integration: id, secret: sec }, secret ?? given),
      );
    });
    return id;
  }

  /** The client secret of an integration, opened. */
  async secretOf(integration: string): Promise<string> {
    const cipher = await this.app.get(Vault, { strict: false }).cipherFor(this.workspace);
    const [row] = await this.database.query<{ id: string; sealed: Buffer }>(
      `SELECT id, sealed FROM integration_secret WHERE integration_id = $1`,
      [integration],
    );
    return cipher.open({ integration, secret: row!.id }, row!.sealed).toString('utf8');
  }

  async session(wish: Record<string, unknown> = {}): Promise<Session> {
    const { body, status } = await this.api.post<Session>('/v1/connect-sessions', {
      integration: this.integration,
      end_user: { id: 'user-1', email: 'ada@example.com', display_name: 'Ada' },
      return_url: returnUrl,
      ...wish,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  /** The session as the API tells it. */
  async told(id: string): Promise<Record<string, unknown>> {
    return (await this.api.get(`/v1/connect-sessions/${id}`)).body;
  }

  browser(): ScriptedBrowser {
    return new ScriptedBrowser([new URL(returnUrl).origin]);
  }

  /** From the link through login and consent, until the browser leaves, or a page of ours ends it. */
  async connect(
    url: string,
    decision = 'allow',
    browser = this.browser(),
    who = login,
  ): Promise<VisitedPage> {
    let page = await browser.follow(await browser.open(url), /\/start$/);
    while (page.url.origin === this.sandbox.url && page.leftFor === undefined)
      page = await browser.submit(page, page.html.includes('name="password"') ? who : { decision });
    return page;
  }

  /** Stops at the callback: answers the address with which the provider sent the browser back. */
  async untilCallback(url: string, browser = this.browser()): Promise<URL> {
    const passing = new ScriptedBrowser([this.api.origin]);
    const start = await browser.fetch(new URL(`${url}/start`));
    let page = await passing.open(start.headers.get('location') ?? '');
    while (page.leftFor === undefined)
      page = await passing.submit(
        page,
        page.html.includes('name="password"') ? login : { decision: 'allow' },
      );
    return page.leftFor;
  }

  async confirm(id: string, code: string | null, endUser = 'user-1') {
    return this.api.post(`/v1/connect-sessions/${id}/confirm`, { code, end_user: endUser });
  }

  fault(fault: Record<string, unknown>) {
    return this.control.put('/faults', { faults: [{ endpoint: 'token', times: 1, ...fault }] });
  }

  /** Actions of one subject in the audit log, oldest first. */
  async audited(subject: string): Promise<Audited[]> {
    const rows = await this.database.query<Pick<AuditEntry, 'entry'>>(
      `SELECT entry FROM audit_entry WHERE subject_id = $1 ORDER BY sequence`,
      [subject],
    );
    return rows.map(({ entry }) => {
      const read = JSON.parse(entry.toString()) as Omit<Audited, 'actor'> & { actor: { type: string } };
      return { action: read.action, actor: read.actor.type, detail: read.detail };
    });
  }

  /** What all the tables together hold of connections: to see that nothing else changed. */
  async connections(): Promise<{ id: string; state: string; subject: string | null; generation: number }[]> {
    return this.database.query(
      `SELECT c.id, c.state, c.subject, s.generation FROM connection c LEFT JOIN connection_slot s
         ON s.connection_id = c.id ORDER BY c.id`,
    );
  }
}

async function service(
  folder: string,
  publicUrl: string,
  { database, redis, sandbox }: { database: TestDatabase; redis: TestRedis; sandbox: TestProcess },
  settings: Record<string, string> = {},
): Promise<NestFastifyApplication> {
  const config = new AuthFlowConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    PUBLIC_URL: publicUrl,
    AUTH_FLOW_DATABASE_URL: database.urlOf('auth-flow'),
    REDIS_URL: redis.url,
    VAULT_KEY_FILE: join(folder, 'keys.json'),
    ASSERTION_JWKS_FILE: join(folder, 'assertion.jwks.json'),
    OUTBOUND_SANDBOX_ORIGIN: sandbox.url,
    ...settings,
  });
  return createService({ service: 'auth-flow', module: AuthFlowModule.with(config), config });
}

function writeAssertionKeys(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [own, shown] = [privateKey, publicKey].map((key) => ({
    ...key.export({ format: 'jwk' }),
    kid: 'k1',
    alg: 'EdDSA',
  }));
  writeFileSync(join(folder, 'assertion.json'), JSON.stringify(own));
  writeFileSync(join(folder, 'assertion.jwks.json'), JSON.stringify({ keys: [shown] }));
}
