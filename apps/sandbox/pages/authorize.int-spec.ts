import { createHash } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { ScriptedBrowser } from '../testing/scripted-browser.js';
import { useSandbox } from '../testing/use-sandbox.js';

const { client, profile, ledger, jwks, control, origin } = useSandbox();

describe('code flow', () => {
  it('ends in tokens after login and consent, and tells the issuer and the state', async () => {
    const one = await client();
    const { told, verifier, pages } = await one.authorize();
    expect(pages).toEqual(['login', 'consent']);
    expect(told.get('iss')).toBe(origin());
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
      issuer: origin(),
      audience: one.id,
    });
    expect(payload).toMatchObject({ nonce: 'a-nonce', name: 'ada' });
  });

  it('sends access_denied back when the user says no', async () => {
    const { told } = await (await client()).authorize({ decision: 'deny' });
    expect(Object.fromEntries(told)).toMatchObject({
      error: 'access_denied',
      state: 'a-state',
      iss: origin(),
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
    const { response, leftFor } = await new ScriptedBrowser(origin()).open(url);
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
      `${origin()}/authorize?${new URLSearchParams({ client_id: one.id, request_uri: String(pushed.body['request_uri']) })}`,
    );
    const { told } = await one.authorize({ url });
    expect((await one.exchange(told.get('code') ?? '', verifier)).status).toBe(200);
    const again = await new ScriptedBrowser(origin()).open(url);
    expect(again.leftFor?.searchParams.get('error')).toBe('invalid_request_uri');
  });
});

describe('pages', () => {
  it('say that the password is wrong and keep the login typed', async () => {
    const browser = new ScriptedBrowser(origin());
    const { url } = await browser.open((await client()).authorization().url);
    const { response } = await browser.open(url, { login: 'ada"><b>', password: 'wrong' });
    const html = await response.text();
    expect(response.status).toBe(401);
    expect(html).toContain('Wrong login or password');
    expect(html).toContain('role="alert"');
    expect(html).toContain('value="ada&quot;&gt;&lt;b&gt;"');
  });

  it('carry no script, are never cached, and say that this is a sandbox', async () => {
    const browser = new ScriptedBrowser(origin());
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
    const browser = new ScriptedBrowser(origin());
    expect((await one.authorize({ browser })).pages).toEqual(['login', 'consent']);
    expect((await other.authorize({ browser })).pages).toEqual(['consent']);
    expect((await one.authorize({ browser })).pages).toEqual([]);
    const more = { scope: 'openid profile notes:write notes:read' };
    expect((await one.authorize({ browser, parameters: more })).pages).toEqual(['consent']);
    expect((await one.authorize({ browser, parameters: { prompt: 'consent' } })).pages).toEqual(['consent']);
    expect((await one.authorize({ browser, parameters: { prompt: 'login' } })).pages).toEqual(['login']);
    const silent = { prompt: 'none' };
    const stranger = new ScriptedBrowser(origin());
    expect((await one.authorize({ browser, parameters: silent })).told.has('code')).toBe(true);
    expect((await one.authorize({ browser: stranger, parameters: silent })).told.get('error')).toBe(
      'login_required',
    );
  });

  it('let someone else log in where one is logged in, and ask them for their own consent', async () => {
    await control('PUT', '/users/grace', { password: 'hopper', name: 'Grace', sub: 'sub-of-grace' });
    const one = await client();
    const browser = new ScriptedBrowser(origin());
    const ada = await one.connect({ browser });
    const parameters = { prompt: 'login' };
    const other = await one.authorize({ browser, login: 'grace', password: 'hopper', parameters });
    expect(other.pages).toEqual(['login', 'consent']);
    const grace = await one.exchange(other.told.get('code') ?? '', other.verifier);
    expect(decodeJwt(grace.body.id_token).sub).toBe('sub-of-grace');
    expect(await profile(ada.body.access_token)).toBe(200);
  });

  it('explain an interaction that has expired', async () => {
    const response = await fetch(`${origin()}/interaction/no-such-one`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('expired');
  });
});
