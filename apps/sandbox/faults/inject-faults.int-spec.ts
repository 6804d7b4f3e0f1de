import { jwtVerify } from 'jose';
import type { SandboxClient, TokenAnswer } from '../testing/sandbox-client.js';
import { sha256, useSandbox } from '../testing/use-sandbox.js';

const { client, api, profile, ledger, jwks, control, origin } = useSandbox();

describe('faults', () => {
  let one: SandboxClient;
  let tokens: TokenAnswer['body'];
  beforeEach(async () => {
    one = await client();
    tokens = (await one.connect()).body;
  });
  afterEach(() => control('DELETE', '/faults'));
  const put = (...faults: object[]) =>
    control('PUT', '/faults', {
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
    const { body } = await control<{ faults: unknown[] }>('GET', '/faults');
    expect(body.faults).toMatchObject([{ hits: 2, times: 0, skip: 0 }]);
  });

  it('strike the first of every so many', async () => {
    await put({ kind: 'error', status: 503, grant_type: 'client_credentials', every: 2 });
    const seen = [];
    for (let turn = 0; turn < 4; turn++)
      seen.push((await one.token({ grant_type: 'client_credentials' })).status);
    expect(seen).toEqual([503, 200, 503, 200]);
  });

  it('strike a request whose body comes in chunks, and the ledger sees what it presents', async () => {
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    const chunked = async () =>
      fetch(`${origin()}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${one.id}:${one.secret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new Blob([form.toString()]).stream(),
        duplex: 'half',
      });
    await put({ kind: 'error', status: 503, grant_type: 'refresh_token', times: 1 });
    expect((await chunked()).status).toBe(503);
    expect((await chunked()).status).toBe(200);
    expect(await ledger(`refresh_token_hash=${sha256(tokens.refresh_token)}`)).toHaveLength(2);
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
    const response = await fetch(`${origin()}/token`, {
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
        endpoint,
        kind: 'error',
        status: 500,
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
    expect((await control('PUT', '/faults/mine', latency)).body).toMatchObject({
      id: 'mine',
      hits: 0,
    });
    expect((await control('DELETE', '/faults/mine')).status).toBe(204);
    const refused = await control('PUT', '/faults', {
      faults: [{ endpoint: 'token', kind: 'nonsense' }],
    });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/faults/0/kind' }] });
  });
});
