import {
  beginAuthorization,
  decodeRawAnswer,
  encodeRawAnswer,
  fetchKeys,
  interpretIntrospection,
  interpretRevocation,
  interpretTokenAnswer,
  discoverMetadata,
  type OAuthClient,
  phaseOf,
  readAuthorizationResponse,
  sendClientCredentials,
  sendCodeExchange,
  sendIntrospection,
  sendRefresh,
  sendRevocation,
  type SlotTokens,
  verifyIdToken,
  classifyFailure,
  type Wire,
} from '#oauth';
import { OutboundClient } from '#outbound';
import { freePort, startProcess } from '#testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withMetadata } from './custom-settings.js';
import { ProviderCatalogue } from './provider-catalogue.js';
import type { ResolvedProvider } from './resolved-provider.js';

const redirectUri = 'http://localhost:4000/oauth/callback/int_x';
const folder = mkdtempSync(join(tmpdir(), 'evergrant-providers-'));
let sandbox: Awaited<ReturnType<typeof startProcess>>;
let adminUrl: string;
let outbound: OutboundClient;
let catalogue: ProviderCatalogue;
let provider: ResolvedProvider;
let wire: Wire;

beforeAll(async () => {
  const adminPort = await freePort();
  adminUrl = `http://127.0.0.1:${adminPort}`;
  sandbox = await startProcess('sandbox', {
    env: {
      SANDBOX_DATA_FILE: join(folder, 'sandbox.sqlite'),
      SANDBOX_ADMIN_PORT: String(adminPort),
      SANDBOX_USER_LOGIN: 'ada',
      SANDBOX_USER_PASSWORD: 'correct horse',
    },
  });
  outbound = new OutboundClient({ production: false, sandboxOrigin: sandbox.url });
  catalogue = new ProviderCatalogue({ sandboxOrigin: sandbox.url });
  provider = catalogue.resolve('sandbox', {});
  wire = { fetch: outbound.asFetch({ freshSocket: true }), now: () => new Date() };
}, 30_000);

afterAll(async () => {
  await outbound?.close();
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function register(
  persona = 'default',
  method: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic',
) {
  const response = await fetch(`${sandbox.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
      persona,
    }),
  });
  const { client_id, client_secret } = (await response.json()) as {
    client_id: string;
    client_secret: string;
  };
  const client: OAuthClient = { clientId: client_id, authentication: { method, secret: client_secret } };
  return client;
}

/** A browser as far as two forms need one. */
async function consent(url: string, decision: 'allow' | 'deny'): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  const open = async (at: string, form?: Record<string, string>): Promise<Response | URL> => {
    const response = await fetch(at, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      headers: { cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    if (location === null) return response;
    const next = new URL(location, at);
    return next.href.startsWith(redirectUri) ? next : open(next.href);
  };
  let page = await open(url);
  const forms: Record<string, string>[] = [{ login: 'ada', password: 'correct horse' }, { decision }];
  for (const form of forms) {
    if (page instanceof URL) break;
    page = await open(page.url, form);
  }
  if (!(page instanceof URL)) throw new Error(`no callback: ${await page.text()}`);
  return page.searchParams;
}

async function connect(client: OAuthClient, by = provider): Promise<SlotTokens> {
  const { server, format, tokens, failures, authorization: rules } = by;
  const begun = await beginAuthorization({
    server,
    rules,
    clientId: client.clientId,
    redirectUri,
    scopes: ['openid', 'profile'],
    resource: [`${sandbox.url}/api`],
  });
  const parameters = await consent(begun.url, 'allow');
  const callback = readAuthorizationResponse({
    server,
    clientId: client.clientId,
    parameters,
    expectedState: begun.state,
  });
  const raw = await sendCodeExchange({
    server,
    client,
    format,
    callback,
    redirectUri,
    codeVerifier: begun.secrets.codeVerifier,
    resource: [`${sandbox.url}/api`],
    wire,
  });
  const read = interpretTokenAnswer({ tokens, failures, raw });
  if (read.kind !== 'tokens') throw new Error(JSON.stringify(read));
  const claims = await verifyIdToken({
    idToken: read.answer.idToken!,
    server,
    clientId: client.clientId,
    nonce: begun.secrets.nonce,
    keys: await fetchKeys({ server, wire }),
    now: new Date(),
  });
  expect(claims.sub).toBeTruthy();
  return read.answer.tokens[0];
}

/** As the worker does it: what is interpreted is what was landed. */
async function refresh(client: OAuthClient, refreshToken: string) {
  const { server, format, tokens, failures } = provider;
  const landed = encodeRawAnswer(await sendRefresh({ server, client, format, refreshToken, wire }));
  return interpretTokenAnswer({ tokens, failures, raw: decodeRawAnswer(landed) });
}

async function isActive(client: OAuthClient, token: string): Promise<boolean> {
  const { server, format } = provider;
  return interpretIntrospection(await sendIntrospection({ server, client, format, token, wire })).active;
}

async function faults(...all: object[]): Promise<void> {
  const response = await fetch(`${adminUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults: all }),
  });
  expect(response.status).toBeLessThan(300);
}

describe('the procedures against the sandbox', () => {
  it('connect, renew, revoke', async () => {
    const client = await register();
    const first = await connect(client);
    expect(first).toMatchObject({
      tokenType: 'Bearer',
      expiresInMs: 3_600_000,
      scope: expect.stringContaining('profile'),
    });
    const renewed = await refresh(client, first.refreshToken!);
    if (renewed.kind !== 'tokens') throw new Error(JSON.stringify(renewed));
    const [second] = renewed.answer.tokens;
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await isActive(client, second.accessToken)).toBe(true);
    const { server, format, revocation } = provider;
    const request = {
      server,
      client,
      format,
      rules: revocation!,
      tokenTypeHint: 'refresh_token',
      wire,
    } as const;
    for (let time = 0; time < 2; time++) {
      const raw = await sendRevocation({ ...request, token: second.refreshToken! });
      expect(interpretRevocation(revocation!, raw)).toEqual({ outcome: 'revoked' });
    }
    expect(await isActive(client, second.accessToken)).toBe(false);
    expect(await refresh(client, second.refreshToken!)).toMatchObject({ failure: { class: 'REAUTHORIZE' } });
  }, 20_000);

  it('keep a lifetime of 20 s', async () => {
    expect(await connect(await register('short-lived', 'client_secret_post'))).toMatchObject({
      expiresInMs: 20_000,
    });
  }, 20_000);

  it('tell a denial from an answer', async () => {
    const client = await register();
    const { server, authorization: rules } = provider;
    const begun = await beginAuthorization({
      server,
      rules,
      clientId: client.clientId,
      redirectUri,
      scopes: ['openid'],
    });
    const parameters = await consent(begun.url, 'deny');
    expect(() =>
      readAuthorizationResponse({
        server,
        clientId: client.clientId,
        parameters,
        expectedState: begun.state,
      }),
    ).toThrow(expect.objectContaining({ code: 'authorization-denied' }));
  }, 20_000);

  it('work for a custom provider that is known by its issuer alone', async () => {
    const issuer = sandbox.url;
    const metadata = await discoverMetadata({ issuer, allowHttp: true, wire });
    const discovered = catalogue.resolve(
      'custom',
      withMetadata({ issuer, default_lifetime_seconds: 60 }, metadata),
    );
    expect(discovered.server).toMatchObject({ issuerInResponse: true, codeChallengeMethods: ['S256'] });
    expect(await connect(await register(), discovered)).toMatchObject({ tokenType: 'Bearer' });
  }, 20_000);

  it('serve the application itself', async () => {
    const client = await register();
    const { server, format, tokens, failures } = provider;
    const raw = await sendClientCredentials({
      server,
      client,
      format,
      scopes: ['notes:read'],
      scopeSeparator: ' ',
      wire,
    });
    expect(interpretTokenAnswer({ tokens, failures, raw })).toMatchObject({
      kind: 'tokens',
      answer: { tokens: [{ scope: 'notes:read', refreshToken: undefined }] },
    });
  });

  it('class what goes wrong', async () => {
    const client = await register();
    const { refreshToken } = await connect(client);
    const scope = { endpoint: 'token', client: client.clientId, times: 1 };
    const failing = async (fault: object) => {
      await faults({ ...scope, ...fault });
      return refresh(client, refreshToken!);
    };
    expect(await failing({ kind: 'throttled', retry_after_seconds: 7 })).toMatchObject({
      failure: { class: 'THROTTLED', retryAfterMs: 7000, mayHaveSpent: false },
    });
    expect(await failing({ kind: 'error', status: 502 })).toMatchObject({
      failure: { class: 'TRANSIENT', mayHaveSpent: true },
    });
    const wrong: OAuthClient = { ...client, authentication: { method: 'client_secret_basic', secret: 'no' } };
    expect(await refresh(wrong, refreshToken!)).toMatchObject({
      failure: { class: 'CLIENT_CONFIG', code: 'invalid_client' },
    });
    expect(await failing({ kind: 'garbage' })).toMatchObject({
      failure: { class: 'PROTOCOL', code: 'no_document', mayHaveSpent: true },
    });
    const other = (await connect(client)).refreshToken!;
    await faults({ ...scope, kind: 'lost_answer' });
    const lost: unknown = await refresh(client, other).catch((error: unknown) => error);
    expect(phaseOf(lost)).toBe('ambiguous');
    expect(classifyFailure(provider.failures, { phase: phaseOf(lost), code: 'connection-lost' }).class).toBe(
      'AMBIGUOUS',
    );
    await sandbox.stop();
    const unreachable: unknown = await refresh(client, other).catch((error: unknown) => error);
    expect(phaseOf(unreachable)).toBe('not_sent');
  }, 30_000);
});
