import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService, type Role } from '#platform';
import {
  ApiClient,
  createDatabase,
  createRedis,
  freePort,
  ScriptedBrowser,
  startProcess,
  type TestDatabase,
  type TestProcess,
  type TestRedis,
  type VisitedPage,
} from '#testing';
import { AdminConfig } from '../admin.config.js';
import { AdminModule } from '../admin.module.js';
import { assertionKeyFiles } from '../owner.fixture.js';

const password = 'correct horse';
const clientId = 'dashboard';
const clientSecret = 'dashboard-secret-of-the-test';

/** People at the sandbox, by their groups there. */
const groups = { ada: ['admins'], otto: ['operators', 'admins-of-two'], eve: [] } as const;
export type Person = keyof typeof groups;

/** What a browser of a person brings along: the answer of GET /admin/api/session. */
export interface SessionBody {
  id: string;
  csrf_token: string;
  authenticated_at: string;
  person: { id: string; name: string; email: string };
  workspace: { id: string; role: Role } | null;
  workspaces: { id: string; role: Role }[];
  permissions: string[];
}

/** Admin, listening, with a sandbox in another process as the company's identity provider. */
export class SignInFixture {
  app!: NestFastifyApplication;

  private constructor(
    readonly folder: string,
    readonly origin: string,
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    readonly sandbox: TestProcess,
    readonly control: ApiClient,
  ) {}

  static async start(): Promise<SignInFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
    const [database, redis, port] = await Promise.all([createDatabase(), createRedis(), freePort()]);
    const origin = `http://localhost:${port}`;
    const seed = join(folder, 'seed.json');
    writeFileSync(seed, JSON.stringify(seedFor(origin)));
    const env = {
      SANDBOX_DATA_FILE: join(folder, 'sandbox.sqlite'),
      SANDBOX_ADMIN_PORT: '0',
      SANDBOX_SEED_FILE: seed,
    };
    const sandbox = await startProcess('sandbox', { env });
    const [, adminUrl = ''] = await sandbox.printed(/"admin_url":"([^"]+)"/);
    await database.query(`INSERT INTO workspace (id, name) VALUES ('wsp_1', 'One'), ('wsp_2', 'Two')`);
    const fixture = new SignInFixture(folder, origin, database, redis, sandbox, new ApiClient(adminUrl));
    fixture.app = await fixture.replica();
    await fixture.app.listen(port, '127.0.0.1');
    return fixture;
  }

  /** Another process's worth of admin: nothing is shared but Postgres and Redis. */
  async replica(env: Record<string, string> = {}, issuers: object[] = []): Promise<NestFastifyApplication> {
    const file = join(this.folder, `issuers-${crypto.randomUUID()}.json`);
    writeFileSync(file, JSON.stringify({ issuers: [this.issuer(), ...issuers] }));
    const config = new AdminConfig({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: this.origin,
      ADMIN_DATABASE_URL: this.database.urlOf('admin'),
      REDIS_URL: this.redis.url,
      ASSERTION_KEY_FILE: assertionKeyFiles().privateFile,
      AUTH_FLOW_URL: 'http://127.0.0.1:1',
      REVOCATION_AUDIT_URL: 'http://127.0.0.1:1',
      SIGN_IN_ISSUERS_FILE: file,
      OUTBOUND_SANDBOX_ORIGIN: this.sandbox.url,
      OUTBOUND_ALLOWED_PRIVATE: new URL(this.sandbox.url).host,
      ...env,
    });
    const app = await createService({ service: 'admin', module: AdminModule.with(config), config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  }

  issuer(change: object = {}): object {
    const rule = (value: string, workspace: string, role: Role) => ({
      claim: 'groups',
      value,
      workspace,
      role,
    });
    return {
      id: 'company',
      name: 'The company',
      issuer: this.sandbox.url,
      client_id: clientId,
      client_secret: clientSecret,
      scopes: ['openid', 'profile', 'email', 'groups'],
      roles: [
        rule('admins', 'wsp_1', 'admin'),
        rule('operators', 'wsp_1', 'operator'),
        rule('admins-of-two', 'wsp_2', 'admin'),
      ],
      ...change,
    };
  }

  /** As far as the identity provider's last redirect back to us, which is not followed. */
  async authorize(browser: ScriptedBrowser, person: Person, start = '/admin/sign-in'): Promise<URL> {
    const stopping = browser.stoppingAt(this.origin);
    let page = await stopping.open(`${this.origin}${start}`);
    // Who is signed in at the identity provider already is sent back at once, or after consent alone.
    if (!page.leftFor && page.html.includes('name="password"'))
      page = await stopping.submit(page, { login: person, password });
    if (!page.leftFor) page = await stopping.submit(page, { decision: 'allow' });
    if (page.leftFor) return page.leftFor;
    throw new Error(`the identity provider does not send ${person} back: ${page.html}`);
  }

  /** A whole sign-in; answers where it ended. */
  async signIn(browser: ScriptedBrowser, person: Person, start?: string): Promise<VisitedPage> {
    return browser.open(await this.authorize(browser, person, start));
  }

  async session(browser: ScriptedBrowser): Promise<{ status: number; body: SessionBody }> {
    const answer = await browser.fetch(new URL('/admin/api/session', this.origin));
    return { status: answer.status, body: (await answer.json()) as SessionBody };
  }

  /** A change as our own page sends it. */
  async change(
    browser: ScriptedBrowser,
    method: string,
    path: string,
    { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { csrf_token: token } = (await this.session(browser)).body;
    return fetch(`${this.origin}/admin/api/${path}`, {
      method,
      headers: {
        cookie: `evergrant_session=${browser.cookie('localhost', 'evergrant_session')}`,
        origin: this.origin,
        'x-csrf-token': token ?? 'none',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.sandbox.stop();
    await Promise.all([this.database.drop(), this.redis.drop()]);
    rmSync(this.folder, { recursive: true });
  }
}

function seedFor(origin: string): object {
  const base = `${origin}/admin/sign-in/company`;
  return {
    users: Object.entries(groups).map(([login, of]) => ({
      login,
      password,
      name: `${login} of the company`,
      email: `${login}@company.example`,
      groups: of,
    })),
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${base}/callback`],
        post_logout_redirect_uris: [`${origin}/admin/signed-out`],
        backchannel_logout_uri: `${base}/back-channel-logout`,
        backchannel_logout_session_required: true,
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
  };
}
