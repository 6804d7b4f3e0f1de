import { AssertionKeys } from '../testing/assertion-keys.js';
import { ScriptedBrowser } from '../testing/scripted-browser.js';
import { useSandbox } from '../testing/use-sandbox.js';

const { client, api, profile, ledger, control, origin } = useSandbox();

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
    const resource = `${origin()}/archive`;
    const { body } = await one.connect({ parameters: { resource } });
    expect((await one.introspect(body.access_token))['aud']).toBe(resource);
    const refreshed = await one.refresh(body.refresh_token);
    expect((await one.introspect(refreshed.body.access_token))['aud']).toBe(resource);
    expect(await profile(refreshed.body.access_token)).toBe(401);
    const other = await one.refresh(refreshed.body.refresh_token, { resource: `${origin()}/api` });
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
    const browser = new ScriptedBrowser(origin());
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
    const browser = new ScriptedBrowser(origin());
    const html = await (await browser.open('/device')).response.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const refused = { xsrf, user_code: String(device['user_code']), confirm: 'yes', abort: 'yes' };
    expect(await (await browser.open('/device', refused)).response.text()).toContain(
      'You refused the device',
    );
    const { body } = await one.token({ grant_type, device_code: String(device['device_code']) });
    expect(body.error).toBe('access_denied');
  });

  it('know clients by secret in the body, and by no secret', async () => {
    const posted = await client({ token_endpoint_auth_method: 'client_secret_post' });
    const inBody = {
      grant_type: 'client_credentials',
      client_id: posted.id,
      client_secret: posted.secret ?? '',
    };
    const bare = await fetch(`${origin()}/token`, {
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
  });

  it('know a client by a signed assertion, used once', async () => {
    const keys = await AssertionKeys.generate();
    const one = await client({ token_endpoint_auth_method: 'private_key_jwt', jwks: keys.jwks });
    const form = await keys.clientCredentials(one, origin());
    expect((await one.token(form)).status).toBe(200);
    expect((await one.token(form)).body.error).toBe('invalid_client');
  });

  it('are refused to a client whose secret is wrong, until it is right', async () => {
    const one = await client();
    const { body } = await one.connect();
    await control('PUT', `/clients/${one.id}`, { client_secret: 'another' });
    expect(await one.refresh(body.refresh_token)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    await control('PUT', `/clients/${one.id}`, { client_secret: one.secret });
    expect((await one.refresh(body.refresh_token)).status).toBe(200);
  });

  it('end as if the user had left', async () => {
    const one = await client();
    const { body } = await one.connect();
    type Listed = { data: { id: string; refresh_tokens: number; login: string; scope: string }[] };
    const listed = await control<Listed>('GET', `/grants?login=ada&client=${one.id}`);
    expect(listed.body.data).toMatchObject([{ login: 'ada', refresh_tokens: 1 }]);
    const id = listed.body.data[0]?.id;
    const left = await control<{ killed: unknown[] }>('POST', `/grants/${id}/revoke`);
    expect(left.body.killed).toHaveLength(2);
    expect(await profile(body.access_token)).toBe(401);
    expect((await one.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await ledger(`grant=${id}&endpoint=control`)).toHaveLength(1);
    expect((await control('POST', `/grants/${id}/revoke`)).status).toBe(404);
  });
});
