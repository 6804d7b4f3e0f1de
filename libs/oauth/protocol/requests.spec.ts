import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { phaseOf } from '../oauth-error.js';
import { readAuthorizationResponse } from './authorization-response.js';
import type { AuthorizationServer } from './authorization-server.js';
import type { ClientAuthentication } from './client-authentication.js';
import { sendClientCredentials } from './client-credentials.js';
import { sendCodeExchange } from './code-exchange.js';
import type { Fetch, FetchRequest } from './fetch.js';
import { interpretIntrospection, sendIntrospection } from './introspection.js';
import { sendRefresh } from './refresh-grant.js';
import { type RequestFormat, standardFormat } from './request-format.js';

const server: AuthorizationServer = {
  issuer: 'https://as.example',
  endpoints: { token: 'https://as.example/token', introspection: 'https://as.example/introspect' },
  issuerInResponse: false,
  idTokenAlgorithms: ['RS256'],
  allowHttp: false,
};
const now = () => new Date('2026-11-21T00:00:00Z');
const basic: ClientAuthentication = { method: 'client_secret_basic', secret: 's3cret/+' };

class RecordingWire {
  readonly requests: { url: string; request: FetchRequest }[] = [];
  readonly now = now;
  constructor(
    readonly answer: () => Response | Promise<Response> = () => Response.json({ access_token: 'at' }),
  ) {}

  readonly fetch: Fetch = async (url, request) => {
    this.requests.push({ url, request });
    return this.answer();
  };

  get only() {
    expect(this.requests).toHaveLength(1);
    const { url, request } = this.requests[0]!;
    return { url, request, body: request.body?.toString(), parameters: request.body as URLSearchParams };
  }
}

async function refreshed(
  authentication: ClientAuthentication = basic,
  format: Partial<RequestFormat> = {},
  at: Partial<AuthorizationServer> = {},
) {
  const wire = new RecordingWire();
  const raw = await sendRefresh({
    server: { ...server, ...at },
    client: { clientId: 'the client', authentication },
    format: { ...standardFormat, ...format },
    refreshToken: 'rt',
    wire,
  });
  return { raw, ...wire.only };
}

describe('a refresh', () => {
  it('is one form request without a scope, answered raw', async () => {
    const { raw, url, request, body } = await refreshed();
    expect(url).toBe('https://as.example/token');
    expect(request).toMatchObject({ method: 'POST', headers: { accept: 'application/json' } });
    expect(body).toBe('refresh_token=rt&grant_type=refresh_token');
    expect(raw).toMatchObject({ status: 200, receivedAt: now().getTime() });
    expect(raw.headers).toEqual({ 'content-type': 'application/json' });
    expect(JSON.parse(raw.body.toString())).toEqual({ access_token: 'at' });
  });

  it('goes to its own endpoint where there is one', async () => {
    const endpoints = { ...server.endpoints, refresh: 'https://as.example/renew' };
    expect((await refreshed(basic, {}, { endpoints })).url).toBe('https://as.example/renew');
  });

  it('carries each resource of RFC 8707', async () => {
    const wire = new RecordingWire();
    const client = { clientId: 'c', authentication: basic };
    const resource = ['https://api.example/a', 'https://api.example/b'];
    await sendRefresh({ server, client, format: standardFormat, refreshToken: 'rt', resource, wire });
    expect(wire.only.parameters.getAll('resource')).toEqual(resource);
  });

  it('is written as JSON, or as a query, where the provider wants that', async () => {
    const json = await refreshed({ method: 'client_secret_post', secret: 'x' }, { body: 'json' });
    expect(json.request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(json.body!)).toEqual({
      refresh_token: 'rt',
      grant_type: 'refresh_token',
      client_id: 'the client',
      client_secret: 'x',
    });
    const query = await refreshed({ method: 'none' }, { body: 'query', rename: { client_id: 'client_key' } });
    expect(query.request).toMatchObject({ method: 'GET', body: undefined });
    expect(Object.fromEntries(new URL(query.url).searchParams)).toEqual({
      refresh_token: 'rt',
      grant_type: 'refresh_token',
      client_key: 'the client',
    });
    expect(query.request.headers['content-type']).toBeUndefined();
  });
});

describe('client authentication', () => {
  const credentials = (headers: Record<string, string>) =>
    Buffer.from(headers['authorization']!.replace('Basic ', ''), 'base64').toString();

  it('is Basic with both parts form-encoded (RFC 6749 §2.3.1), unless a provider takes them raw', async () => {
    expect(credentials((await refreshed()).request.headers)).toBe('the+client:s3cret%2F%2B');
    const raw = await refreshed(basic, { basicEncoding: 'raw' });
    expect(credentials(raw.request.headers)).toBe('the client:s3cret/+');
  });

  it('is in the body, or is the bare client id of a public client', async () => {
    const post = await refreshed({ method: 'client_secret_post', secret: 'x' });
    expect(post.parameters.get('client_secret')).toBe('x');
    const none = await refreshed({ method: 'none' });
    expect(none.parameters.get('client_id')).toBe('the client');
    expect(none.request.headers['authorization']).toBeUndefined();
  });

  it('is a signed assertion for the issuer, by the key that was given', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg: 'ES256', kid: 'k1' };
    const { parameters } = await refreshed({ method: 'private_key_jwt', key });
    const assertion = parameters.get('client_assertion')!;
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, {
      audience: 'https://as.example',
      issuer: 'the client',
    });
    expect(protectedHeader.kid).toBe('k1');
    expect(payload.sub).toBe('the client');
    expect(parameters.get('client_assertion_type')).toContain('jwt-bearer');
  });

  it('with a key that is none never reaches the wire', async () => {
    const failed = await refreshed({
      method: 'private_key_jwt',
      key: { kty: 'oct', k: 'AA', alg: 'HS256' },
    }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'client-key-invalid' });
    expect(phaseOf(failed)).toBe('not_sent');
  });
});

describe('an endpoint', () => {
  const failing = (token: string | undefined, allowHttp = false) =>
    refreshed(basic, {}, { endpoints: { token }, allowHttp });

  it.each([
    'http://as.example/token',
    'ftp://as.example',
    'https://u:p@as.example/',
    'https://as.example/#x',
    'nonsense',
  ])('%s is refused before the wire', async (token) => {
    await expect(failing(token)).rejects.toMatchObject({ code: 'endpoint-insecure', phase: 'not_sent' });
  });

  it('may be http on loopback only, and only where that is allowed', async () => {
    await expect(failing('http://127.0.0.1:4006/token')).rejects.toMatchObject({ code: 'endpoint-insecure' });
    await expect(failing('http://as.example/token', true)).rejects.toMatchObject({
      code: 'endpoint-insecure',
    });
    expect((await failing('http://127.0.0.1:4006/token', true)).url).toBe('http://127.0.0.1:4006/token');
  });

  it('that the server lacks is missing', async () => {
    await expect(failing(undefined)).rejects.toMatchObject({ code: 'endpoint-missing', phase: 'not_sent' });
  });
});

describe('what the fetch throws', () => {
  it('passes through as it is, and is ambiguous unless it says of itself that nothing was sent', async () => {
    const lost = Object.assign(new Error('lost'), { phase: 'ambiguous' });
    const refused = Object.assign(new Error('refused'), { phase: 'not_sent' });
    for (const error of [lost, refused]) {
      const wire = new RecordingWire(() => Promise.reject(error));
      const client = { clientId: 'c', authentication: basic };
      await expect(
        sendRefresh({ server, client, format: standardFormat, refreshToken: 'rt', wire }),
      ).rejects.toBe(error);
    }
    expect([lost, refused, new TypeError('x'), 'x'].map(phaseOf)).toEqual([
      'ambiguous',
      'not_sent',
      'ambiguous',
      'ambiguous',
    ]);
  });

  it('never holds the parameters of a request that could not be built', async () => {
    const wire = new RecordingWire();
    const client = { clientId: 'c', authentication: basic };
    const failed = await sendRefresh({
      server,
      client,
      format: standardFormat,
      refreshToken: '',
      wire,
    }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'request-invalid', phase: 'not_sent' });
    expect(failed).not.toHaveProperty('cause');
  });
});

describe('other token requests', () => {
  const client = { clientId: 'c', authentication: basic };

  it('exchange a code with its verifier and the very redirect URI', async () => {
    const wire = new RecordingWire();
    const parameters = new URLSearchParams({ code: 'the-code', state: 'st' });
    const callback = readAuthorizationResponse({ server, clientId: 'c', parameters, expectedState: 'st' });
    const redirectUri = 'https://us.example/oauth/callback/int_1';
    await sendCodeExchange({
      server,
      client,
      format: standardFormat,
      callback,
      redirectUri,
      codeVerifier: 'v',
      wire,
    });
    expect(Object.fromEntries(wire.only.parameters)).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: redirectUri,
      code_verifier: 'v',
    });
  });

  it('ask for client credentials with scopes and resource', async () => {
    const wire = new RecordingWire();
    await sendClientCredentials({
      server,
      client,
      format: standardFormat,
      scopes: ['a', 'b'],
      scopeSeparator: ',',
      resource: ['https://api.example'],
      wire,
    });
    expect(Object.fromEntries(wire.only.parameters)).toEqual({
      grant_type: 'client_credentials',
      scope: 'a,b',
      resource: 'https://api.example',
    });
  });

  it('introspect, where only a clear answer counts', async () => {
    const wire = new RecordingWire(() =>
      Response.json({ active: true, scope: 'a', sub: 'u', exp: 1_795_219_200 }),
    );
    const request = { server, client, format: standardFormat, token: 'at', wire };
    const raw = await sendIntrospection({ ...request, tokenTypeHint: 'access_token' });
    expect(wire.only.body).toBe('token_type_hint=access_token&token=at');
    expect(interpretIntrospection(raw)).toEqual({
      active: true,
      scope: 'a',
      subject: 'u',
      expiresAt: new Date('2026-11-21T00:00:00Z'),
    });
    for (const unclear of [
      Response.json({ active: 'yes' }),
      Response.json({ active: false }, { status: 401 }),
    ]) {
      const other = await sendIntrospection({ ...request, wire: new RecordingWire(() => unclear) });
      expect(() => interpretIntrospection(other)).toThrow('no answer that can be understood');
    }
  });
});
