import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import { RunningSandbox } from './testing/running-sandbox.js';
import { SandboxClient, type TokenAnswer } from './testing/sandbox-client.js';
import { ScriptedBrowser } from './testing/scripted-browser.js';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await RunningSandbox.start();
});
afterAll(() => sandbox.stop());

const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');
const client = (metadata?: Record<string, unknown>) => SandboxClient.register(sandbox.origin, metadata);
const api = (path: string, token?: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${sandbox.origin}${path}`, {
    ...init,
    headers: { ...init.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
  });
const profile = async (token: string): Promise<number> => (await api('/api/profile', token)).status;
const ledger = async (query: string): Promise<LedgerEntry[]> =>
  (await sandbox.control<{ data: LedgerEntry[] }>('GET', `/ledger?${query}`)).body.data;
const jwks = async () =>
  createLocalJWKSet((await (await api('/jwks')).json()) as Parameters<typeof createLocalJWKSet>[0]);
const persona = (id: string, document: object) => sandbox.control('PUT', `/personas/${id}`, document);

describe('code flow', () => {
  it('ends in tokens after login and consent, and tells the issuer and the state', async () => {
    const one = await client();
    const { told, verifier, pages } = await one.authorize();
    expect(pages).toEqual(['login', 'consent']);
    expect(told.get('iss')).toBe(sandbox.origin);
    expect(told.get('state')).toBe('a-state');
    const { status, body, headers } = await one.exchange(told.get('code') ?? '', verifier);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile notes:write',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const { payload } = await jwtVerify(body.id_token, await jwks(), {
      issuer: sandbox.origin,
      audience: one.id,
    });
    expect(payload).toMatchObject({ nonce: 'a-nonce', name: 'ada' });
  });

  it('sends access_denied back when the user says no', async () => {
    const { told } = await (await client()).authorize({ decision: 'deny' });
    expect(Object.fromEntries(told)).toMatchObject({
      error: 'access_denied',
      state: 'a-state',
      iss: sandbox.origin,
    });
    expect(told.has('code')).toBe(false);
  });

  it('refuses a request without PKCE, and one with the plain method', async () => {
    const one = await client();
    const { url } = one.authorization();
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    expect((await one.authorize({ url })).told.get('error')).toBe('invalid_request');
    expect((await one.authorize({ parameters: { code_challenge_method: 'plain' } })).told.get('error')).toBe(
      'invalid_request',
    );
  });

  it('refuses a wrong verifier, and does not spend the code on it', async () => {
    const one = await client();
    const { told, verifier } = await one.authorize();
    const code = told.get('code') ?? '';
    expect((await one.exchange(code, 'a'.repeat(43))).body.error).toBe('invalid_grant');
    expect((await one.exchange(code, verifier)).status).toBe(200);
  });

  it('kills what a code has minted when the code is used again', async () => {
    const one = await client();
    const { told, verifier } = await one.authorize();
    const { body } = await one.exchange(told.get('code') ?? '', verifier);
    expect((await one.exchange(told.get('code') ?? '', verifier)).body.error).toBe('invalid_grant');
    expect(await profile(body.access_token)).toBe(401);
    const [minting, replay] = await ledger(`client=${one.id}`);
    expect(replay).toMatchObject({ outcome: 'refused', error: 'invalid_grant', grant: minting?.grant });
    expect(replay?.killed.map(({ kind, why }) => `${kind} ${why}`).sort()).toEqual([
      'access_token replayed',
      'refresh_token replayed',
    ]);
  });

  it('never redirects to a URI that is not registered', async () => {
    const one = await client();
    const { url } = one.authorization({ redirect_uri: 'http://localhost:4000/elsewhere' });
    const { response, leftFor } = await new ScriptedBrowser(sandbox.origin).open(url);
    expect(leftFor).toBeUndefined();
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('redirect_uri');
  });

  it('takes a pushed request in place of parameters, once', async () => {
    const one = await client();
    const { parameters, verifier } = one.authorization();
    const pushed = await one.post('/par', parameters);
    expect(pushed.status).toBe(201);
    const url = new URL(
      `${sandbox.origin}/authorize?${new URLSearchParams({ client_id: one.id, request_uri: String(pushed.body['request_uri']) })}`,
    );
    const { told } = await one.authorize({ url });
    expect((await one.exchange(told.get('code') ?? '', verifier)).status).toBe(200);
    const again = await new ScriptedBrowser(sandbox.origin).open(url);
    expect(again.leftFor?.searchParams.get('error')).toBe('invalid_request_uri');
  });
});

describe('pages', () => {
  it('say that the password is wrong and keep the login typed', async () => {
    const browser = new ScriptedBrowser(sandbox.origin);
    const { url } = await browser.open((await client()).authorization().url);
    const { response } = await browser.open(url, { login: 'ada"><b>', password: 'wrong' });
    const html = await response.text();
    expect(response.status).toBe(401);
    expect(html).toContain('Wrong login or password');
    expect(html).toContain('role="alert"');
    expect(html).toContain('value="ada&quot;&gt;&lt;b&gt;"');
  });

  it('carry no script, are never cached, and say that this is a sandbox', async () => {
    const browser = new ScriptedBrowser(sandbox.origin);
    const { response } = await browser.open(
      (await client({ client_name: '<script>alert(1)</script>' })).authorization().url,
    );
    const html = await response.text();
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('This is a sandbox');
    expect(html).not.toMatch(/<script|onload|onclick|onfocus/);
    expect(response.headers.get('cache-control')).toContain('no-store');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
  });

  it('remember the login, and the consent for the same scopes', async () => {
    const [one, other] = [await client(), await client()];
    const browser = new ScriptedBrowser(sandbox.origin);
    expect((await one.authorize({ browser })).pages).toEqual(['login', 'consent']);
    expect((await other.authorize({ browser })).pages).toEqual(['consent']);
    expect((await one.authorize({ browser })).pages).toEqual([]);
    const more = { scope: 'openid profile notes:write notes:read' };
    expect((await one.authorize({ browser, parameters: more })).pages).toEqual(['consent']);
    expect((await one.authorize({ browser, parameters: { prompt: 'consent' } })).pages).toEqual(['consent']);
    expect((await one.authorize({ browser, parameters: { prompt: 'login' } })).pages).toEqual(['login']);
    const silent = { prompt: 'none' };
    const stranger = new ScriptedBrowser(sandbox.origin);
    expect((await one.authorize({ browser, parameters: silent })).told.has('code')).toBe(true);
    expect((await one.authorize({ browser: stranger, parameters: silent })).told.get('error')).toBe(
      'login_required',
    );
  });

  it('let someone else log in where one is logged in, and ask them for their own consent', async () => {
    await sandbox.control('PUT', '/users/grace', { password: 'hopper', name: 'Grace', sub: 'sub-of-grace' });
    const one = await client();
    const browser = new ScriptedBrowser(sandbox.origin);
    const ada = await one.connect({ browser });
    const parameters = { prompt: 'login' };
    const other = await one.authorize({ browser, login: 'grace', password: 'hopper', parameters });
    expect(other.pages).toEqual(['login', 'consent']);
    const grace = await one.exchange(other.told.get('code') ?? '', other.verifier);
    expect(decodeJwt(grace.body.id_token).sub).toBe('sub-of-grace');
    expect(await profile(ada.body.access_token)).toBe(200);
  });

  it('explain an interaction that has expired', async () => {
    const response = await fetch(`${sandbox.origin}/interaction/no-such-one`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('expired');
  });
});

describe('rotation, mode A', () => {
  it('mints a new refresh token at every use, for confidential clients too', async () => {
    const one = await client();
    const first = await one.connect();
    const second = await one.refresh(first.body.refresh_token);
    const third = await one.refresh(second.body.refresh_token);
    expect(new Set([first, second, third].map(({ body }) => body.refresh_token)).size).toBe(3);
    expect(await profile(third.body.access_token)).toBe(200);
    expect(await profile(first.body.access_token)).toBe(200);
  });

  it('kills the whole family when a spent refresh token comes back, and no other family', async () => {
    const one = await client();
    const browser = new ScriptedBrowser(sandbox.origin);
    const first = await one.connect({ browser });
    const unrelated = await one.connect({ browser });
    const second = await one.refresh(first.body.refresh_token);
    const replay = await one.refresh(first.body.refresh_token);
    expect(replay).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await one.refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await profile(first.body.access_token)).toBe(401);
    expect(await profile(second.body.access_token)).toBe(401);
    expect(await one.introspect(second.body.access_token)).toEqual({ active: false });
    expect(await profile(unrelated.body.access_token)).toBe(200);
    expect((await one.refresh(unrelated.body.refresh_token)).status).toBe(200);
  });

  it('lets exactly one of many concurrent requests spend a refresh token', async () => {
    const one = await client();
    const { body } = await one.connect();
    const answers = await Promise.all(Array.from({ length: 12 }, () => one.refresh(body.refresh_token)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ body: { error } }) => error === 'invalid_grant')).toHaveLength(11);
    // Under mode A the losers are replays.
    expect(await profile(winners[0]?.body.access_token ?? '')).toBe(401);
  });

  it('writes in the ledger what was presented, minted and killed, by hash only', async () => {
    const one = await client();
    const first = await one.connect();
    const second = await one.refresh(first.body.refresh_token);
    await one.refresh(first.body.refresh_token);
    const [minting] = await ledger(`client=${one.id}`);
    const entries = await ledger(`grant=${minting?.grant}&grant_type=refresh_token`);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      client: one.id,
      outcome: 'granted',
      status: 200,
      presented: { kind: 'refresh_token', hash: sha256(first.body.refresh_token) },
      minted: {
        access_token: sha256(second.body.access_token),
        refresh_token: sha256(second.body.refresh_token),
      },
      killed: [{ kind: 'refresh_token', hash: sha256(first.body.refresh_token), why: 'rotated' }],
    });
    expect(entries[1]).toMatchObject({ outcome: 'refused', reason: 'refresh token already used' });
    expect(entries[1]?.killed.map(({ hash }) => hash).sort()).toEqual(
      [first.body.access_token, second.body.access_token, second.body.refresh_token].map(sha256).sort(),
    );
    expect(await ledger(`refresh_token_hash=${sha256(first.body.refresh_token)}`)).toHaveLength(2);
  });

  it('knows whose a dead refresh token was', async () => {
    const one = await client();
    const { body } = await one.connect();
    await one.revoke(body.refresh_token);
    await one.refresh(body.refresh_token);
    const [minting, late] = await ledger(`client=${one.id}`);
    expect(late).toMatchObject({ outcome: 'refused', grant: minting?.grant, killed: [] });
  });

  it('kills the old access token on rotation when the persona does', async () => {
    await persona('kills', { kills_access_token_on_rotation: true });
    const one = await client({ persona: 'kills' });
    const first = await one.connect();
    const second = await one.refresh(first.body.refresh_token);
    expect(await profile(first.body.access_token)).toBe(401);
    expect(await profile(second.body.access_token)).toBe(200);
    const [entry] = await ledger(`client=${one.id}&grant_type=refresh_token`);
    expect(entry?.killed.map(({ why }) => why)).toEqual(['rotated', 'superseded']);
  });

  it('refuses the refresh token of another client without killing it', async () => {
    const [one, other] = [await client(), await client()];
    const { body } = await one.connect();
    expect((await other.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await one.refresh(body.refresh_token)).status).toBe(200);
  });
});

describe('personas', () => {
  it('keep the same refresh token when they do not rotate', async () => {
    const one = await client({ persona: 'no-rotation' });
    const { body } = await one.connect();
    const answers = await Promise.all([one.refresh(body.refresh_token), one.refresh(body.refresh_token)]);
    expect(answers.map((answer) => answer.body.refresh_token)).toEqual([
      body.refresh_token,
      body.refresh_token,
    ]);
    expect(await profile(body.access_token)).toBe(200);
    expect(
      (await ledger(`client=${one.id}&grant_type=refresh_token`))[0]?.minted.refresh_token,
    ).toBeUndefined();
  });

  it('say how long tokens live, and are changed while in use', async () => {
    await persona('brief', { access_token_ttl_seconds: 1, refresh_token_ttl_seconds: 2 });
    const one = await client({ persona: 'brief' });
    const { body } = await one.connect();
    expect(body['expires_in']).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const refused = await api('/api/profile', body.access_token);
    expect(refused.headers.get('www-authenticate')).toContain('expired');
    expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    await sandbox.control('PUT', `/clients/${one.id}`, { persona: 'short-lived' });
    expect((await one.connect()).body['expires_in']).toBe(20);
  });

  it('hand out RS256 at+jwt that live until they expire, whatever is revoked', async () => {
    const one = await client({ persona: 'jwt' });
    const { body } = await one.connect();
    const { payload, protectedHeader } = await jwtVerify(body.access_token, await jwks(), {
      issuer: sandbox.origin,
      audience: `${sandbox.origin}/api`,
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    expect(payload).toMatchObject({ client_id: one.id, scope: 'openid profile notes:write' });
    expect((await one.revoke(body.access_token)).body.error).toBe('unsupported_token_type');
    expect((await one.introspect(body.access_token))['error']).toBe('unsupported_token_type');
    await one.revoke(body.refresh_token);
    expect(await profile(body.access_token)).toBe(200);
    expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('may have no revocation', async () => {
    await persona('no-revocation', { revocation: false });
    const one = await client({ persona: 'no-revocation' });
    const { body } = await one.connect();
    expect(await one.revoke(body.access_token)).toMatchObject({
      status: 400,
      body: { error: 'unsupported_token_type' },
    });
    expect(await profile(body.access_token)).toBe(200);
  });

  it('word token answers by their quirks', async () => {
    const quirks = { expires_in_as_string: true, omit_token_type: true, omit_refresh_token_on_refresh: true };
    await persona('quirky', { rotation: 'none', quirks });
    const one = await client({ persona: 'quirky' });
    const { body } = await one.connect();
    expect(body['expires_in']).toBe('3600');
    expect(body).not.toHaveProperty('token_type');
    const refreshed = await one.refresh(body.refresh_token);
    expect(refreshed.body).not.toHaveProperty('refresh_token');
    expect(refreshed.body).toHaveProperty('access_token');
  });

  it('may ask for offline_access before they hand out a refresh token', async () => {
    await persona('opt-in', { quirks: { offline_access_required: true } });
    const one = await client({ persona: 'opt-in' });
    expect((await one.connect()).body).not.toHaveProperty('refresh_token');
    const parameters = { scope: 'openid profile offline_access', prompt: 'consent' };
    expect((await one.connect({ parameters })).body).toHaveProperty('refresh_token');
  });

  it('refuse what they do not know yet', async () => {
    expect(await persona('b', { rotation: 'B' })).toMatchObject({ status: 422 });
    expect(await persona('a', { grace_seconds: 30 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/grace_seconds' }] },
    });
    await expect(client({ persona: 'nobody' })).rejects.toThrow('persona');
  });
});

describe('grants', () => {
  it('give client credentials a token for the API, opaque or JWT', async () => {
    for (const metadata of [{}, { persona: 'jwt' }]) {
      const one = await client(metadata);
      const { body } = await one.token({ grant_type: 'client_credentials', scope: 'profile' });
      const response = await api('/api/profile', body.access_token);
      expect(await response.json()).toMatchObject({ sub: one.id });
      expect(body).not.toHaveProperty('refresh_token');
    }
  });

  it('bind tokens to the resource asked for, through a refresh', async () => {
    const one = await client();
    const resource = `${sandbox.origin}/archive`;
    const { body } = await one.connect({ parameters: { resource } });
    expect((await one.introspect(body.access_token))['aud']).toBe(resource);
    const refreshed = await one.refresh(body.refresh_token);
    expect((await one.introspect(refreshed.body.access_token))['aud']).toBe(resource);
    expect(await profile(refreshed.body.access_token)).toBe(401);
    const other = await one.refresh(refreshed.body.refresh_token, { resource: `${sandbox.origin}/api` });
    expect(other.body.error).toBe('invalid_target');
    const unknown = await one.authorize({ parameters: { resource: 'https://elsewhere.example/' } });
    expect(unknown.told.get('error')).toBe('invalid_target');
  });

  it('let a device in once its user has said yes', async () => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const one = await client({ grant_types: ['authorization_code', 'refresh_token', grant_type] });
    const { body: device } = await one.post('/device_authorization', { scope: 'openid profile' });
    const poll = () => one.token({ grant_type, device_code: String(device['device_code']) });
    expect((await poll()).body.error).toBe('authorization_pending');
    const browser = new ScriptedBrowser(sandbox.origin);
    const opened = await browser.open(String(device['verification_uri_complete']));
    const html = await opened.response.text();
    expect(html).toContain(`value="${String(device['user_code'])}"`);
    expect(html).not.toMatch(/<script|onfocus/);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const code = { xsrf, user_code: String(device['user_code']) };
    const confirm = await (await browser.open('/device', code)).response.text();
    expect(confirm).toContain('Is this your device?');
    const login = await browser.open('/device', { ...code, confirm: 'yes' });
    const consent = await browser.open(login.url, { login: 'ada', password: 'correct horse' });
    const end = await browser.open(consent.url, { decision: 'allow' });
    expect(await end.response.text()).toContain('Device connected');
    const granted = await poll();
    expect(granted.status).toBe(200);
    expect(await profile(granted.body.access_token)).toBe(200);
    expect((await poll()).body.error).toBe('invalid_grant');
  });

  it('tell a device that its user said no', async () => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const one = await client({ grant_types: ['authorization_code', grant_type] });
    const { body: device } = await one.post('/device_authorization', { scope: 'profile' });
    const browser = new ScriptedBrowser(sandbox.origin);
    const html = await (await browser.open('/device')).response.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const refused = { xsrf, user_code: String(device['user_code']), confirm: 'yes', abort: 'yes' };
    expect(await (await browser.open('/device', refused)).response.text()).toContain(
      'You refused the device',
    );
    const { body } = await one.token({ grant_type, device_code: String(device['device_code']) });
    expect(body.error).toBe('access_denied');
  });

  it('know clients by secret in the body, by no secret, and by a signed assertion', async () => {
    const posted = await client({ token_endpoint_auth_method: 'client_secret_post' });
    const inBody = {
      grant_type: 'client_credentials',
      client_id: posted.id,
      client_secret: posted.secret ?? '',
    };
    const bare = await fetch(`${sandbox.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams(inBody),
    });
    expect(bare.status).toBe(200);
    const open = await client({
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const { body } = await open.connect();
    expect((await open.refresh(body.refresh_token)).status).toBe(200);
    await privateKeyJwt();
  });

  async function privateKeyJwt(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] };
    const one = await client({ token_endpoint_auth_method: 'private_key_jwt', jwks: keys });
    const assertion = await new SignJWT({ jti: 'once' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(one.id)
      .setSubject(one.id)
      .setAudience(sandbox.origin)
      .setExpirationTime('1 minute')
      .sign(privateKey);
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
    expect((await one.token(form)).status).toBe(200);
    expect((await one.token(form)).body.error).toBe('invalid_client');
  }

  it('are refused to a client whose secret is wrong, until it is right', async () => {
    const one = await client();
    const { body } = await one.connect();
    await sandbox.control('PUT', `/clients/${one.id}`, { client_secret: 'another' });
    expect(await one.refresh(body.refresh_token)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    await sandbox.control('PUT', `/clients/${one.id}`, { client_secret: one.secret });
    expect((await one.refresh(body.refresh_token)).status).toBe(200);
  });

  it('end as if the user had left', async () => {
    const one = await client();
    const { body } = await one.connect();
    type Listed = { data: { id: string; refresh_tokens: number; login: string; scope: string }[] };
    const listed = await sandbox.control<Listed>('GET', `/grants?login=ada&client=${one.id}`);
    expect(listed.body.data).toMatchObject([{ login: 'ada', refresh_tokens: 1 }]);
    const id = listed.body.data[0]?.id;
    const left = await sandbox.control<{ killed: unknown[] }>('POST', `/grants/${id}/revoke`);
    expect(left.body.killed).toHaveLength(2);
    expect(await profile(body.access_token)).toBe(401);
    expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await ledger(`grant=${id}&endpoint=control`)).toHaveLength(1);
    expect((await sandbox.control('POST', `/grants/${id}/revoke`)).status).toBe(404);
  });
});

describe('revocation and introspection', () => {
  it('say that a live token is active, and after RFC 7009 that it is not', async () => {
    const one = await client();
    const { body } = await one.connect();
    expect(await one.introspect(body.access_token)).toMatchObject({
      active: true,
      client_id: one.id,
      scope: 'openid profile notes:write',
      aud: `${sandbox.origin}/api`,
    });
    expect((await one.revoke(body.refresh_token)).status).toBe(200);
    expect(await one.introspect(body.access_token)).toEqual({ active: false });
    expect(await one.introspect(body.refresh_token)).toEqual({ active: false });
    expect((await one.revoke(body.refresh_token)).status).toBe(200);
    const [first, second] = await ledger(`client=${one.id}&endpoint=revocation`);
    expect(first?.killed.map(({ why }) => why)).toEqual(['revoked', 'revoked']);
    expect(second?.killed).toEqual([]);
  });

  it('refuse to revoke the token of another client', async () => {
    const [one, other] = [await client(), await client()];
    const { body } = await one.connect();
    expect((await other.revoke(body.refresh_token)).status).toBe(400);
    expect(await profile(body.access_token)).toBe(200);
  });
});

describe('resource server', () => {
  let tokens: TokenAnswer['body'];
  let jwtTokens: TokenAnswer['body'];
  beforeAll(async () => {
    tokens = (await (await client()).connect()).body;
    jwtTokens = (await (await client({ persona: 'jwt' })).connect()).body;
  });
  const note = (token: string, body: unknown = { text: 'a note' }) =>
    api('/api/notes', token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('shows the profile and writes notes with either kind of token', async () => {
    for (const { access_token } of [tokens, jwtTokens]) {
      expect(await (await api('/api/profile', access_token)).json()).toMatchObject({ login: 'ada' });
      expect((await note(access_token)).status).toBe(201);
      expect(await (await api('/userinfo', access_token)).json()).toMatchObject({ name: 'ada' });
    }
  });

  it('asks for a token without naming an error when there is none', async () => {
    const response = await api('/api/profile');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="sandbox"');
  });

  it('answers 403 insufficient_scope and the scope needed', async () => {
    const response = await api('/api/notes', tokens.access_token);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(
      /error="insufficient_scope".*scope="notes:read"/,
    );
  });

  it('refuses unknown tokens, and JWTs with another signature, issuer, audience, type or no life left', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const claims = decodeJwt(jwtTokens.access_token);
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
      .sign(privateKey);
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${jwtTokens.access_token.split('.')[1]}.`;
    const otherAudience = await (
      await client({ persona: 'jwt' })
    ).connect({ parameters: { resource: `${sandbox.origin}/archive` } });
    const bad = ['unknown', forged, unsigned, otherAudience.body.access_token, jwtTokens.id_token];
    for (const token of bad) {
      const response = await api('/api/profile', token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    await persona('blink', { access_token_format: 'jwt', access_token_ttl_seconds: 1 });
    const { body } = await (await client({ persona: 'blink' })).connect();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await (await api('/api/profile', body.access_token)).json()).toMatchObject({
      error: 'invalid_token',
      error_description: 'the access token is expired',
    });
  });

  it('answers 400 to a header or a body that it cannot read', async () => {
    const header = await fetch(`${sandbox.origin}/api/profile`, { headers: { authorization: 'Bearer a b' } });
    expect(header.status).toBe(400);
    expect((await note(tokens.access_token, { text: 1 })).status).toBe(400);
    expect((await note(tokens.access_token, { text: 'x', more: 1 })).status).toBe(400);
    expect((await api('/api/profile', tokens.access_token, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('faults', () => {
  let one: SandboxClient;
  let tokens: TokenAnswer['body'];
  beforeEach(async () => {
    one = await client();
    tokens = (await one.connect()).body;
  });
  afterEach(() => sandbox.control('DELETE', '/faults'));
  const put = (...faults: object[]) =>
    sandbox.control('PUT', '/faults', {
      faults: faults.map((fault) => ({ endpoint: 'token', client: one.id, ...fault })),
    });
  const refresh = () => one.refresh(tokens.refresh_token);

  it('strike only the client, the grant type and the number of times they name, after those they let pass', async () => {
    const other = await client();
    await put({ kind: 'error', status: 503, grant_type: 'client_credentials', times: 2, skip: 1 });
    const credentials = async (who: SandboxClient) =>
      (await who.token({ grant_type: 'client_credentials' })).status;
    expect(await credentials(other)).toBe(200);
    expect((await refresh()).status).toBe(200);
    const seen = [];
    for (let turn = 0; turn < 4; turn++) seen.push(await credentials(one));
    expect(seen).toEqual([200, 503, 503, 200]);
    const { body } = await sandbox.control<{ faults: unknown[] }>('GET', '/faults');
    expect(body.faults).toMatchObject([{ hits: 2, times: 0, skip: 0 }]);
  });

  it('latency: the answer comes late', async () => {
    await put({ kind: 'latency', milliseconds: 300 });
    const begun = performance.now();
    expect((await refresh()).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(295);
  });

  it('error and throttled: the request is not processed, and the token not spent', async () => {
    await put(
      { kind: 'error', status: 400, body: { error: 'bad_refresh_token' }, headers: { 'x-a': 'b' }, times: 1 },
      { kind: 'throttled', retry_after_seconds: 7, times: 1, skip: 1 },
    );
    const refused = await refresh();
    expect(refused).toMatchObject({ status: 400, body: { error: 'bad_refresh_token' } });
    expect(refused.headers.get('x-a')).toBe('b');
    await put({ kind: 'throttled', retry_after_seconds: 7, times: 1 });
    const throttled = await refresh();
    expect(throttled.status).toBe(429);
    expect(throttled.headers.get('retry-after')).toBe('7');
    expect((await refresh()).status).toBe(200);
    const entries = await ledger(`client=${one.id}&grant_type=refresh_token`);
    expect(entries.map(({ outcome }) => outcome)).toEqual(['faulted', 'faulted', 'granted']);
  });

  it('dropped_request: the connection breaks and nothing was done', async () => {
    await put({ kind: 'dropped_request', times: 1 });
    await expect(refresh()).rejects.toThrow('fetch failed');
    expect((await refresh()).status).toBe(200);
  });

  it('lost_answer: the connection breaks after the rotation was committed', async () => {
    await put({ kind: 'lost_answer', times: 1 });
    await expect(refresh()).rejects.toThrow('fetch failed');
    const [entry] = await ledger(`client=${one.id}&grant_type=refresh_token`);
    expect(entry).toMatchObject({ outcome: 'granted', answered: false, faults: ['lost_answer'] });
    expect(entry?.minted.refresh_token).toMatch(/^[0-9a-f]{64}$/);
    expect((await refresh()).body.error).toBe('invalid_grant');
  });

  it('garbage, no_token and wrong_content_type: processed, and badly answered', async () => {
    await put({ kind: 'garbage' });
    const garbage = await refresh();
    expect(garbage).toMatchObject({ status: 200, body: { text: expect.stringContaining('<!doctype') } });
    await put({ kind: 'no_token' });
    expect((await one.token({ grant_type: 'client_credentials' })).body).toEqual({
      token_type: 'Bearer',
      expires_in: 3600,
    });
    await put({ kind: 'wrong_content_type' });
    const odd = await one.token({ grant_type: 'client_credentials' });
    expect(odd.headers.get('content-type')).toContain('text/plain');
    expect(JSON.parse(String(odd.body['text']))).toHaveProperty('access_token');
    await put();
    expect((await refresh()).body.error).toBe('invalid_grant');
  });

  it('slow_body: headers at once, the body in time', async () => {
    await put({ kind: 'slow_body', milliseconds: 400 });
    const begun = performance.now();
    const basic = `Basic ${Buffer.from(`${one.id}:${one.secret}`).toString('base64')}`;
    const response = await fetch(`${sandbox.origin}/token`, {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(performance.now() - begun).toBeLessThan(300);
    expect(await response.json()).toHaveProperty('access_token');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(300);
  });

  it('wrong_nonce: the ID token is well signed, for another request', async () => {
    await put({ kind: 'wrong_nonce' });
    const { body } = await one.connect();
    const { payload } = await jwtVerify(body.id_token, await jwks(), { audience: one.id });
    expect(payload['nonce']).not.toBe('a-nonce');
  });

  it('strike the other endpoints too', async () => {
    await put(
      ...['revocation', 'introspection', 'api', 'userinfo', 'authorization', 'par'].map((endpoint) => ({
        ...{ endpoint, kind: 'error', status: 500 },
      })),
      { endpoint: 'jwks', kind: 'error', status: 502, client: undefined },
      { endpoint: 'discovery', kind: 'garbage', client: undefined },
    );
    expect((await one.revoke(tokens.access_token)).status).toBe(500);
    expect((await one.post('/introspect', { token: tokens.access_token })).status).toBe(500);
    expect(await profile(tokens.access_token)).toBe(500);
    expect((await api('/userinfo', tokens.access_token)).status).toBe(500);
    expect((await fetch(one.authorization().url)).status).toBe(500);
    expect((await one.post('/par', one.authorization().parameters)).status).toBe(500);
    expect((await api('/jwks')).status).toBe(502);
    expect(await (await api('/.well-known/openid-configuration')).text()).toContain('<!doctype');
  });

  it('are put one by one, and refused when they make no sense', async () => {
    const latency = { endpoint: 'token', kind: 'latency', milliseconds: 1 };
    expect((await sandbox.control('PUT', '/faults/mine', latency)).body).toMatchObject({
      id: 'mine',
      hits: 0,
    });
    expect((await sandbox.control('DELETE', '/faults/mine')).status).toBe(204);
    const refused = await sandbox.control('PUT', '/faults', {
      faults: [{ endpoint: 'token', kind: 'nonsense' }],
    });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/faults/0/kind' }] });
  });
});

describe('restart', () => {
  it('keeps keys, sessions, consents, grants, tokens, personas, faults and the ledger', async () => {
    const own = await RunningSandbox.start();
    try {
      await own.control('PUT', '/personas/mine', { access_token_ttl_seconds: 77 });
      await own.control('PUT', '/faults/mine', { endpoint: 'jwks', kind: 'error', status: 500, times: 1 });
      const one = await SandboxClient.register(own.origin, { persona: 'mine' });
      const browser = new ScriptedBrowser(own.origin);
      const first = await one.connect({ browser });
      const spent = await one.refresh(first.body.refresh_token);
      await own.restart();
      expect((await fetch(`${own.origin}/jwks`)).status).toBe(500);
      const keys = (await (await fetch(`${own.origin}/jwks`)).json()) as Parameters<
        typeof createLocalJWKSet
      >[0];
      await jwtVerify(first.body.id_token, createLocalJWKSet(keys));
      expect(await one.introspect(spent.body.access_token)).toMatchObject({ active: true });
      expect((await one.authorize({ browser })).pages).toEqual([]);
      const next = await one.refresh(spent.body.refresh_token);
      expect(next.body['expires_in']).toBe(77);
      expect((await one.refresh(first.body.refresh_token)).body.error).toBe('invalid_grant');
      expect((await own.control<{ data: unknown[] }>('GET', '/ledger')).body.data).toHaveLength(4);
      for (const token of [first.body.refresh_token, next.body.access_token, next.body.refresh_token]) {
        expect(readFileSync(own.file).includes(token)).toBe(false);
      }
    } finally {
      await own.stop();
    }
  });
});
