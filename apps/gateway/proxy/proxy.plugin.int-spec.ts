import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gateway, raw, replica, seen, useProxy } from './proxy.fixture.js';

useProxy();

describe('what passes', () => {
  it('tells the service who the client is, whatever the client claims', async () => {
    const { url } = await gateway({ 'auth-flow': [await replica('a')] });
    await fetch(`${url}/v1/connections?q=a%2Fb&q=%20`, {
      headers: {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.test',
        forwarded: 'for=203.0.113.9',
        'x-real-ip': '203.0.113.9',
        te: 'trailers',
        'x-mine': 'kept',
      },
    });
    expect(seen[0]?.url).toBe('/v1/connections?q=a%2Fb&q=%20');
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(url).host,
      'x-request-id': 'req_1',
      'x-mine': 'kept',
    });
    for (const name of ['forwarded', 'x-real-ip', 'te']) expect(seen[0]?.headers).not.toHaveProperty(name);
  });

  it('drops what a Connection header names, in both directions', async () => {
    const origin = await replica('a', (request, response) => {
      seen.push({ replica: 'a', method: '', url: '', headers: request.headers, body: '' });
      response.writeHead(200, {
        connection: 'x-secret',
        'x-secret': '1',
        'proxy-authenticate': 'x',
        'x-open': '1',
      });
      response.end();
    });
    const { url } = await gateway({ 'auth-flow': [origin] });
    const answer = await raw(url, 'GET /v1/connections HTTP/1.1\r\nX-Hop: 1\r\nConnection: X-Hop');
    expect(seen[0]?.headers).not.toHaveProperty('x-hop');
    expect(answer).toContain('x-open: 1');
    expect(answer).not.toMatch(/x-secret: |proxy-authenticate/i);
  });

  it('passes redirects, cookies and empty answers on untouched', async () => {
    const origin = await replica('a', (_request, response) => {
      response
        .writeHead(303, { location: 'https://provider.test/authorize?x=1', 'set-cookie': ['a=1', 'b=2'] })
        .end();
    });
    const { url } = await gateway({ 'auth-flow': [origin] });
    const answer = await fetch(`${url}/connect/token-1/start`, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('https://provider.test/authorize?x=1');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('streams an answer as it comes', async () => {
    const origin = await replica('a', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const { url } = await gateway({ admin: [origin] });
    const leaving = new AbortController();
    const answer = await fetch(`${url}/admin/api/stream`, { signal: leaving.signal });
    const first = await answer.body!.getReader().read();
    expect(Buffer.from(first.value).toString()).toBe('data: 1\n\n');
    leaving.abort();
  });

  it('ends the request at the service when the client leaves a stream', async () => {
    const gone = Promise.withResolvers<void>();
    const origin = await replica('a', (_request, response) => {
      response.on('close', () => gone.resolve()).writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const { url } = await gateway({ admin: [origin] });
    const leaving = new AbortController();
    await (await fetch(`${url}/admin/api/stream`, { signal: leaving.signal })).body!.getReader().read();
    leaving.abort();
    await gone.promise;
  });

  it('outlives a client that leaves before its answer comes', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const origin = await replica('a', async (_request, response) => {
      asked.resolve();
      await answer.promise;
      response.end('x'.repeat(200_000));
    });
    const { url, upstreams } = await gateway({ 'auth-flow': [origin] });
    const leaving = new AbortController();
    const left = fetch(`${url}/v1/connections`, { signal: leaving.signal }).catch(() => 'left');
    await asked.promise;
    leaving.abort();
    expect(await left).toBe('left');
    answer.resolve();
    const [sent] = upstreams.get('auth-flow')!.rotation.replicas;
    while (sent!.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await fetch(`${url}/v1/connections`)).status).toBe(200);
  });

  it('streams a body as it comes, form or JSON, valid or not', async () => {
    const first = Promise.withResolvers<string>();
    const origin = await replica('a', (request, response) => {
      request.once('data', (chunk) => first.resolve(String(chunk)));
      request.resume().on('end', () => response.end('whole'));
    });
    const { url } = await gateway({ 'auth-flow': [origin] });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const head =
      'POST /v1/introspect HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n';
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\n{no\r\n`);
    expect(await first.promise).toBe('{no');
    socket.write('0\r\n\r\n');
    expect(await text(socket)).toContain('whole');
  });
});

describe('paths', () => {
  it.each([
    '/v1/connections/../../metrics',
    '/v1/connections/%2e%2e/%2e%2e/metrics',
    '//metrics',
    '/v1//connections',
    '/%6detrics',
    '/v1/connections%2f..%2f..%2fmetrics',
    '/v1/connections\\..\\metrics',
    '/assets/..%5c..%5cmetrics',
    '/v1/connections#/metrics',
  ])('refuses %s before any service sees it', async (path) => {
    const origin = await replica('a');
    const { url } = await gateway({ 'auth-flow': [origin], admin: [origin], 'revocation-audit': [origin] });
    expect(await raw(url, `GET ${path} HTTP/1.1`)).toMatch(/^HTTP\/1.1 400 /);
    expect(seen).toEqual([]);
  });

  it.each([
    '/metrics',
    '/metrics/',
    '/health/ready',
    '/openapi.json',
    '/internal/x',
    '/v1/unknown',
    '/METRICS',
  ])("lets nobody reach a service's own %s", async (path) => {
    const origin = await replica('a');
    const { url } = await gateway({ 'auth-flow': [origin], admin: [origin], 'revocation-audit': [origin] });
    expect((await fetch(url + path)).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it('refuses a request line that names another origin', async () => {
    const { url } = await gateway({ 'auth-flow': [await replica('a')] });
    expect(await raw(url, 'GET http://elsewhere/v1/connections HTTP/1.1')).toMatch(/^HTTP\/1.1 400 /);
    expect(seen).toEqual([]);
  });
});

describe('the front page', () => {
  it('is ours until the admin service has one', async () => {
    const origin = await replica('a', (_request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json', etag: 'x' }).end('{}');
    });
    const { url } = await gateway({ admin: [origin] });
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, '<h1>landing</h1>']);
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it("is the admin service's when it has one", async () => {
    const origin = await replica('a', (_request, response) => response.end('dashboard'));
    const { url } = await gateway({ admin: [origin] });
    expect(await (await fetch(url)).text()).toBe('dashboard');
  });
});
