import {
  ApiClient,
  ScriptedBrowser,
  eventually,
  startSystem,
  type Bootstrapped,
  type RunningSystem,
} from '#testing';
import { connect, consent, createSession, visit, type User } from './steps/connect.js';
import { KeyLoad } from './steps/key-load.js';
import { createSandboxIntegration, type SandboxIntegration } from './steps/sandbox-integration.js';
import { formsOf } from './steps/secret-forms.js';

interface Token {
  access_token: string;
  expires_at: string;
  generation: number;
}

let system: RunningSystem | undefined;
let bootstrap: Bootstrapped;
let user: User;
let api: ApiClient;
let sandbox: ApiClient;
let control: ApiClient;
let integration: SandboxIntegration;
let shortLived: SandboxIntegration;

beforeAll(async () => {
  const running = await startSystem({ replicas: 'auth-flow=3,refresh-worker=2,revocation-audit=2,admin=2' });
  system = running;
  bootstrap = running.bootstrap;
  user = bootstrap.sandbox_user;
  api = new ApiClient(bootstrap.public_url, bootstrap.api_key);
  sandbox = new ApiClient(bootstrap.sandbox_url);
  control = new ApiClient(bootstrap.sandbox_admin_url);
  integration = await createSandboxIntegration(api, sandbox);
  shortLived = await createSandboxIntegration(api, sandbox, { persona: 'short-lived' });
}, 120_000);

afterAll(() => system?.stop(), 60_000);

const readToken = (connection: string, query = '') =>
  api.get<Token & { type: string }>(`/v1/connections/${connection}/token${query}`);

const profile = (accessToken: string) => sandbox.as(accessToken).get('/api/profile');

async function introspect(of: SandboxIntegration, token: string): Promise<unknown> {
  const credentials = Buffer.from(`${of.clientId}:${of.clientSecret}`).toString('base64');
  const answer = await fetch(`${bootstrap.sandbox_url}/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token }),
  });
  return await answer.json();
}

async function actionsOn(subject: string): Promise<string[]> {
  const { body } = await api.get<{ data: { action: string }[] }>(
    `/v1/audit/entries?subject=${subject}&limit=200`,
  );
  return body.data.map(({ action }) => action).reverse();
}

/** Token requests that the sandbox saw of a client. */
async function tokenRequests(of: SandboxIntegration, grantType: string): Promise<unknown[]> {
  const { body } = await control.get<{ data: unknown[] }>(
    `/ledger?client=${of.clientId}&grant_type=${grantType}`,
  );
  return body.data;
}

describe('a connection', () => {
  it('lives from connect link to revocation, and the audit log tells every step in order', async () => {
    const connection = await connect(api, shortLived, user);
    const first = await readToken(connection);
    expect(first).toMatchObject({ status: 200, body: { token_type: 'Bearer', generation: 1 } });
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(await profile(first.body.access_token)).toMatchObject({ status: 200 });

    const second = await eventually(async () => {
      const read = await readToken(connection, '?min_ttl=1');
      expect(read.body.generation).toBe(2);
      return read;
    }, 20_000);
    expect(Date.now()).toBeLessThan(Date.parse(first.body.expires_at));
    expect(await profile(second.body.access_token)).toMatchObject({ status: 200 });
    expect(await introspect(shortLived, second.body.access_token)).toMatchObject({ active: true });

    const revocation = await api.post<{ id: string }>('/v1/revocations', { connection, reason: 'left us' });
    expect(revocation.status).toBe(201);
    expect(await readToken(connection)).toMatchObject({
      status: 410,
      body: { type: '/problems/connection-revoked' },
    });
    await eventually(async () => {
      const { body } = await api.get<{ data: { state: string }[] }>(
        `/v1/revocations/${revocation.body.id}/items`,
      );
      expect(body.data.map(({ state }) => state)).toEqual(['verified_dead']);
    });
    expect(await introspect(shortLived, second.body.access_token)).toEqual({ active: false });
    expect(await profile(second.body.access_token)).toMatchObject({ status: 401 });

    const told = await actionsOn(connection);
    const steps = ['connection.authorized', 'token.refreshed', 'connection.revoking', 'connection.revoked'];
    expect(told.filter((action) => steps.includes(action))).toEqual(expect.arrayContaining(steps));
    expect(steps.map((step) => told.indexOf(step))).toEqual(
      steps.map((step) => told.indexOf(step)).toSorted((a, b) => a - b),
    );
    // Events get their positions a moment after their change.
    await eventually(async () => {
      const { body } = await api.get<{ data: { type: string; subject: string }[] }>('/v1/events?limit=200');
      expect(body.data.filter(({ subject }) => subject === connection).map(({ type }) => type)).toEqual([
        'connection.authorized',
        'token.refreshed',
        'connection.revoking',
        'connection.revoked',
        'connection.revocation_confirmed',
      ]);
    });
  }, 60_000);

  it('makes one token request for 500 readers on three replicas whose token just expired', async () => {
    const one = await createSandboxIntegration(api, sandbox, { persona: 'short-lived' });
    const connection = await connect(api, one, user, { id: 'user-50', display_name: 'Fifty' });
    // Nothing renews it ahead: only those who read do.
    expect(await api.patch(`/v1/integrations/${one.id}`, { refresh_policy: 'on_demand' })).toMatchObject({
      status: 200,
    });
    const before = (await tokenRequests(one, 'refresh_token')).length;
    const { expires_at } = (await readToken(connection)).body;
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expires_at) - Date.now() + 300));
    const reads = await Promise.all(Array.from({ length: 500 }, () => readToken(connection)));
    expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(reads.map(({ body }) => body.access_token)).size).toBe(1);
    expect((await tokenRequests(one, 'refresh_token')).length - before).toBe(1);
  }, 60_000);

  it('keeps its id when the same person connects again', async () => {
    const again = { id: 'user-again', display_name: 'Again' };
    const connection = await connect(api, integration, user, again);
    expect(await connect(api, integration, user, again)).toBe(connection);
    expect((await readToken(connection)).body.generation).toBe(2);
  });

  it('keeps to the resource that was asked for, also after a renewal (RFC 8707)', async () => {
    const end_user = { id: 'user-resource', display_name: 'Resource' };
    const archive = `${bootstrap.sandbox_url}/archive`;
    const audienceOf = async (connection: string) => {
      const { body } = await readToken(connection);
      // The profile API is another resource: its tokens are not for the archive, nor the other way round.
      return (await profile(body.access_token)).status === 401 ? 'archive' : 'api';
    };
    const session = await createSession(api, integration, { end_user, resource: archive });
    const { leftFor } = await visit(session, integration, user);
    const { body } = await api.post<{ connection: string }>(`/v1/connect-sessions/${session.id}/confirm`, {
      code: leftFor?.searchParams.get('code'),
      end_user: end_user.id,
    });
    expect(await audienceOf(body.connection)).toBe('archive');
    expect((await api.post(`/v1/connections/${body.connection}/refresh`)).status).toBe(200);
    expect(await audienceOf(body.connection)).toBe('archive');
    expect((await readToken(body.connection)).body.generation).toBe(2);
  });

  it('revokes the grant where access tokens are JWTs that live until they expire', async () => {
    const jwt = await createSandboxIntegration(api, sandbox, { persona: 'jwt' });
    const connection = await connect(api, jwt, user, { id: 'user-jwt', display_name: 'Jwt' });
    const { access_token: token } = (await readToken(connection)).body;
    expect(token.split('.')).toHaveLength(3);
    const { body } = await api.post<{ id: string }>('/v1/revocations', { connection, reason: 'left' });
    await eventually(async () => {
      const items = await api.get<{ data: { state: string }[] }>(`/v1/revocations/${body.id}/items`);
      expect(items.body.data.map(({ state }) => state)).toEqual(['revoked']);
    });
    expect((await readToken(connection)).status).toBe(410);
    expect((await profile(token)).status).toBe(200);
  });

  it('serves an application without a user by client credentials', async () => {
    const made = await api.post<{ id: string }>('/v1/connections', {
      integration: integration.id,
      grant_type: 'client_credentials',
      scopes: ['notes:write'],
    });
    expect(made.status).toBe(201);
    const { body } = await readToken(made.body.id);
    const note = await sandbox.as(body.access_token).post('/api/notes', { text: 'by the application' });
    expect(note.status).toBe(201);
  });
});

describe('a person in the browser', () => {
  const sessionOf = (id: string) =>
    api.get<{ state: string; failure?: { code: string } }>(`/v1/connect-sessions/${id}`);

  it('who denies is told so, and the platform finds the reason', async () => {
    const session = await createSession(api, integration);
    const page = await visit(session, integration, user, 'deny');
    expect(page.leftFor ?? page.html).toBeTruthy();
    expect(JSON.stringify((await sessionOf(session.id)).body)).toContain('access_denied');
    expect(await actionsOn(session.id)).toEqual(expect.arrayContaining(['connect_session.refused']));
  });

  it('with a wrong state, a replayed callback or no cookie gets a page and changes nothing', async () => {
    const session = await createSession(api, integration);
    const browser = new ScriptedBrowser([new URL(integration.returnUrl).origin]);
    const wrong = await browser.open(`${integration.redirectUri}?code=abc&state=${'x'.repeat(43)}`);
    expect(wrong.status).toBeGreaterThanOrEqual(400);
    expect(wrong.headers.get('content-type')).toContain('text/html');
    expect(wrong.headers.get('cache-control')).toContain('no-store');
    expect(wrong.headers.get('content-security-policy')).not.toContain('unsafe-inline');

    const started = await browser.open(session.url);
    const start = await browser.fetch(new URL(`${started.url.href}/start`));
    const provider = start.headers.get('location')!;
    const stranger = new ScriptedBrowser([new URL(bootstrap.public_url).origin]);
    const back = await consent(stranger, await stranger.open(provider), user);
    const stolen = await new ScriptedBrowser().open(back.leftFor!);
    expect(stolen.status).toBeGreaterThanOrEqual(400);
    expect((await sessionOf(session.id)).body.state).not.toBe('completed');

    const again = await createSession(api, integration);
    const walker = new ScriptedBrowser([new URL(integration.returnUrl).origin]);
    const begun = await walker.fetch(new URL(`${again.url}/start`));
    const visitor = new ScriptedBrowser([new URL(bootstrap.public_url).origin]);
    const callback = (await consent(visitor, await visitor.open(begun.headers.get('location')!), user))
      .leftFor!;
    expect((await walker.open(callback)).leftFor?.origin).toBe(new URL(integration.returnUrl).origin);
    const replayed = await walker.open(callback);
    expect(replayed.status).toBeGreaterThanOrEqual(400);
    expect(replayed.leftFor).toBeUndefined();
  });
});

describe('a revoked key in flight on three replicas', () => {
  it('is let in by none of them in any request begun after the answer to its revocation', async () => {
    // The first replica's port is the one after the gateway's, the others' come after those of all services.
    const replicas = [1, 10, 11].map((offset) => `http://127.0.0.1:${system!.port + offset}`);
    for (const [round, revoking] of replicas.entries()) {
      const { body } = await api.post<{ id: string; key: string }>('/v1/api-keys', {
        name: 'in flight',
        scopes: ['integrations:read'],
      });
      const load = new KeyLoad(replicas, body.key, `203.0.113.${round + 1}`);
      await load.underWay(replicas);
      const { status } = await new ApiClient(revoking, bootstrap.api_key).delete(`/v1/api-keys/${body.id}`);
      const answeredAt = performance.now();
      const sent = await load.end();
      expect(status).toBe(204);
      for (const replica of replicas) {
        const of = sent.filter((one) => one.replica === replica);
        const [before, after] = [(at: number) => at < answeredAt, (at: number) => at >= answeredAt].map(
          (isThen) => of.filter(({ begunAt }) => isThen(begunAt)).map((one) => one.status),
        );
        expect(before).toContain(200);
        expect(new Set(after)).toEqual(new Set([401]));
      }
    }
  }, 60_000);
});

describe('what leaves the house', () => {
  it('never holds a secret: database, Redis, logs and answers', async () => {
    const connection = await connect(api, integration, user, {
      id: 'user-canary',
      display_name: 'Canary',
    });
    const { access_token: token } = (await readToken(connection)).body;
    await api.post(`/v1/connections/${connection}/refresh`);
    const secrets = {
      'access token': token,
      'client secret': integration.clientSecret,
      'API key': bootstrap.api_key,
    };
    const sinks: Record<string, Buffer> = {
      logs: Buffer.from(system!.logs()),
      'Postgres and Redis': system!.stored(),
      answers: Buffer.from(
        JSON.stringify([
          (await api.get('/v1/connections?limit=200')).body,
          (await api.get('/v1/integrations')).body,
          (await api.get('/v1/audit/entries?limit=200')).body,
          (await api.get('/v1/events?limit=200')).body,
          (await api.get('/v1/api-keys')).body,
        ]),
      ),
    };
    const leaks = Object.entries(sinks).flatMap(([sink, content]) =>
      Object.entries(secrets).flatMap(([name, secret]) =>
        formsOf(secret)
          .filter((form) => content.includes(form))
          .map(() => `${name} in ${sink}`),
      ),
    );
    expect(leaks).toEqual([]);
    // That a search would find what is there.
    expect(sinks['Postgres and Redis']!.includes('user-canary')).toBe(true);
  });
});
