import type { AuthorizationServer } from './authorization-server.js';
import type { FetchRequest } from './fetch.js';
import { standardFormat } from './request-format.js';
import { interpretRevocation } from './revocation-response.js';
import { type RevocationRules, sendRevocation, standardRevocation } from './revocation.js';
import { revokeTokens } from './revoke-tokens.js';

const server: AuthorizationServer = {
  endpoints: { revocation: 'https://as.example/revoke' },
  issuerInResponse: false,
  idTokenAlgorithms: [],
  allowHttp: false,
};

async function sent(rules: Partial<RevocationRules>, endpoint = 'https://as.example/revoke') {
  const requests: { url: string; request: FetchRequest }[] = [];
  const fetch = async (url: string, request: FetchRequest) => {
    requests.push({ url, request });
    return new Response('');
  };
  await sendRevocation({
    server: { ...server, endpoints: { revocation: endpoint } },
    client: { clientId: 'c d', authentication: { method: 'client_secret_basic', secret: 's' } },
    format: standardFormat,
    rules: { ...standardRevocation, ...rules },
    token: 't/1',
    tokenTypeHint: 'refresh_token',
    wire: { fetch, now: () => new Date(0) },
  });
  return { ...requests[0]!.request, url: requests[0]!.url };
}

describe('a revocation request', () => {
  it('is RFC 7009’s form with client authentication', async () => {
    const { url, method, body, headers } = await sent({});
    expect([url, method, body?.toString()]).toEqual([
      'https://as.example/revoke',
      'POST',
      'token_type_hint=refresh_token&token=t%2F1',
    ]);
    expect(headers['authorization']).toMatch(/^Basic /);
  });

  it('has the token in the path, in JSON or as the bearer where the provider wants it there', async () => {
    const path = { shape: 'own', method: 'DELETE', tokenIn: 'path', authentication: 'none' } as const;
    expect(await sent(path, 'https://as.example/tokens/{token}')).toMatchObject({
      url: 'https://as.example/tokens/t%2F1',
      method: 'DELETE',
      body: undefined,
    });
    const json = { shape: 'own', method: 'DELETE', tokenIn: 'json', parameter: 'access_token' } as const;
    expect(await sent(json, 'https://as.example/applications/{client_id}/grant')).toMatchObject({
      url: 'https://as.example/applications/c%20d/grant',
      body: '{"access_token":"t/1"}',
      headers: { authorization: `Basic ${Buffer.from('c d:s').toString('base64')}` },
    });
    const bearer = await sent({ shape: 'own', tokenIn: 'bearer' });
    expect(bearer).toMatchObject({ headers: { authorization: 'Bearer t/1' }, body: undefined });
    const open = await sent({ shape: 'own', authentication: 'none' });
    expect(open.headers['authorization']).toBeUndefined();
    expect(open.body?.toString()).toBe('token=t%2F1');
  });
});

describe('a revocation answer', () => {
  const interpreted = (
    status: number,
    body: unknown = '',
    rules: Partial<RevocationRules> = {},
    headers = {},
  ) =>
    interpretRevocation(
      { ...standardRevocation, ...rules },
      {
        status,
        headers,
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
        receivedAt: 0,
      },
    );
  const slack = { success: { pointer: '/ok', equals: true }, goneCodes: ['token_revoked'] };

  it.each([
    [200, '', {}],
    [204, '', {}],
    [200, '<html>', {}],
    [400, { error: 'invalid_token' }, {}],
    [404, '', { goneStatuses: [404] }],
    [200, { ok: true }, slack],
    [200, { ok: false, error: 'token_revoked' }, slack],
  ])('%i %j: dead, as wanted', (status, body, rules) => {
    expect(interpreted(status, body, rules)).toEqual({ outcome: 'revoked' });
  });

  it.each([
    [503, '', {}],
    [500, '', {}],
    [429, '', {}],
    [408, '', {}],
    [302, '', {}],
    [401, { error: 'invalid_client' }, {}],
    [400, { error: 'invalid_client' }, {}],
    [200, { ok: false, error: 'ratelimited' }, slack],
  ])('%i %j: told again later', (status, body, rules) => {
    expect(interpreted(status, body, rules)).toMatchObject({ outcome: 'retry', httpStatus: status });
  });

  it('waits as told', () => {
    expect(interpreted(503, '', {}, { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7000 });
  });

  it('tells a kind of token that cannot be revoked from a refusal', () => {
    expect(interpreted(400, { error: 'unsupported_token_type' })).toMatchObject({ outcome: 'unsupported' });
    expect(interpreted(400, { error: 'invalid_request' })).toMatchObject({
      outcome: 'failed',
      code: 'invalid_request',
    });
    expect(interpreted(404)).toMatchObject({ outcome: 'failed', code: 'http_404' });
  });
});

describe('a slot’s tokens', () => {
  const secrets = ['new', 'old'].map((secret) => ({
    clientId: 'c',
    authentication: { method: 'client_secret_post', secret } as const,
  }));

  /** What it comes to, and which were told of, where the provider answers each with the status that is its first. */
  async function told(statuses: Record<string, number>, rules: Partial<RevocationRules> = {}) {
    const asked: string[] = [];
    const fetch = async (_url: string, { body }: FetchRequest) => {
      const form = new URLSearchParams(String(body));
      const refused = form.get('client_secret') === 'new';
      const token = form.get('token')!;
      if (!refused) asked.push(token);
      return refused
        ? Response.json({ error: 'invalid_client' }, { status: 401 })
        : new Response('', { status: statuses[token] ?? 200 });
    };
    const [newest, ...rest] = secrets;
    const { outcome } = await revokeTokens({
      ...{ server, format: standardFormat, rules: { ...standardRevocation, ...rules } },
      clients: [newest!, ...rest],
      failures: { codeAt: ['/error'], codes: {}, patterns: [] },
      tokens: statuses['at-only'] ? { accessToken: 'at-only' } : { accessToken: 'at', refreshToken: 'rt' },
      wire: { fetch, now: () => new Date(0) },
    });
    return [outcome, ...asked];
  }

  it.each<[string, object, Record<string, number>, string[]]>([
    ['end with one of them where it is the grant', {}, {}, ['revoked', 'rt']],
    ['are each told of where they die alone', { reach: 'token' }, {}, ['revoked', 'rt', 'at']],
    ['are told of as the profile says', { tokens: ['access_token'] }, {}, ['revoked', 'at']],
    ['live while one is refused', { reach: 'token' }, { rt: 400 }, ['failed', 'rt', 'at']],
    ['live while the other is refused', { reach: 'token' }, { at: 400 }, ['failed', 'rt', 'at']],
    ['end with the other where that is the grant', {}, { rt: 400 }, ['revoked', 'rt', 'at']],
    ['are told of again where the provider is down', {}, { rt: 503 }, ['retry', 'rt']],
    [
      'are not revoked where there is none',
      { tokens: ['refresh_token'] },
      { 'at-only': 200 },
      ['unsupported'],
    ],
  ])('%s', async (_title, rules, statuses, wanted) => {
    expect(await told(statuses, rules)).toEqual(wanted);
  });
});
