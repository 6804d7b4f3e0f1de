import { jest } from '@jest/globals';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as oauth from 'oauth4webapi';
import { closeAll, bodyOf, failureOf, post, served, servedRaw } from './loopback.fixture.js';
import type { OutboundRequest } from './outgoing-request.js';

afterEach(closeAll);

describe('a request', () => {
  it('brings status, headers and body, whatever the status', async () => {
    const { client, url } = await served(async (request, response) => {
      const {
        host,
        accept,
        'user-agent': agent,
        'accept-encoding': encoding,
        'content-type': type,
      } = request.headers;
      response.writeHead(400, { 'x-one': 'a', 'set-cookie': ['c=1', 'd=2'] });
      response.end(
        JSON.stringify({
          host,
          accept,
          agent,
          encoding,
          type,
          url: request.url,
          body: await bodyOf(request),
        }),
      );
    });
    const answer = await client.request(`${url}?a=b`, post);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-one')).toBe('a');
    expect(answer.headers.getSetCookie()).toEqual(['c=1', 'd=2']);
    expect(JSON.parse(answer.body.toString())).toEqual({
      host: new URL(url).host,
      accept: 'application/json',
      agent: 'Evergrant',
      encoding: 'identity',
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
      url: '/token?a=b',
      body: 'refresh_token=canary-rt',
    });
  });

  it('skips informational answers', async () => {
    const { client, url } = await servedRaw((socket) =>
      socket.end(
        'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
      ),
    );
    expect(await client.request(url)).toMatchObject({ status: 200, body: Buffer.from('ok') });
  });

  it('is not followed to where a redirect points', async () => {
    const seen: (string | undefined)[] = [];
    const { client, origin, url } = await served((request, response) => {
      seen.push(request.url);
      response.writeHead(307, { location: `${origin}/elsewhere` }).end();
    });
    const answer = await client.request(url, post);
    expect([answer.status, answer.headers.get('location')]).toEqual([307, `${origin}/elsewhere`]);
    expect(seen).toEqual(['/token']);
  });

  it.each<[string, OutboundRequest]>([
    ['a header that splits the request', { headers: { 'x-a': 'canary\r\nx-b: 1' } }],
    ['a host header', { headers: { host: 'canary.example' } }],
    ['framing of its own', { headers: { 'Transfer-Encoding': 'canary' } }],
    ['a method that tunnels', { method: 'CONNECT' }],
    ['a method that is none', { method: 'GET /canary' }],
  ])('is refused with %s, and nothing of it is quoted', async (_fault, request) => {
    const { client, url, connections } = await served((_, response) => response.end());
    const error = await failureOf(client.request(url, request));
    expect(error).toMatchObject({ code: 'request-invalid', phase: 'not_sent' });
    expect(inspect(error)).not.toContain('canary');
    expect(connections()).toBe(0);
  });
});

describe('the size of an answer', () => {
  const megabyte = 1024 * 1024;

  it('may be 1 MiB, and not a byte more', async () => {
    const { client, url } = await served((request, response) =>
      response.end(Buffer.alloc(Number(request.headers['x-size']))),
    );
    expect((await client.request(url, { headers: { 'x-size': `${megabyte}` } })).body).toHaveLength(megabyte);
    expect(await failureOf(client.request(url, { headers: { 'x-size': `${megabyte + 1}` } }))).toMatchObject({
      code: 'body-too-large',
      phase: 'ambiguous',
      status: 200,
    });
  });

  it('is bounded without a length, too', async () => {
    const { client, url } = await served((_, response) => {
      for (let part = 0; part < 40; part++) response.write(Buffer.alloc(64 * 1024));
      response.end();
    });
    expect(await failureOf(client.request(url))).toMatchObject({
      code: 'body-too-large',
      phase: 'ambiguous',
    });
  });

  it('is bounded in its headers', async () => {
    const { client, url } = await servedRaw((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\n${`x-filler: ${'x'.repeat(1000)}\r\n`.repeat(80)}content-length: 0\r\n\r\n`,
      );
    });
    expect(await failureOf(client.request(url))).toMatchObject({
      code: 'headers-too-large',
      phase: 'ambiguous',
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (plain: Buffer) => plain],
  ])(
    'is bounded after decoding %s, which is decoded though nobody asked for it',
    async (encoding, encode) => {
      const { client, url } = await served((request, response) => {
        response.setHeader('content-encoding', encoding);
        response.end(
          encode(request.url === '/bomb' ? Buffer.alloc(8 * megabyte) : Buffer.from('{"access_token":"at"}')),
        );
      });
      const answer = await client.request(url);
      expect(answer.body.toString()).toBe('{"access_token":"at"}');
      expect(answer.headers.get('content-encoding')).toBe(encoding === 'identity' ? 'identity' : null);
      expect(await failureOf(client.request(url.replace('/token', '/bomb')))).toMatchObject({
        code: 'body-too-large',
        phase: 'ambiguous',
      });
    },
  );

  it.each([
    ['an encoding nobody knows', 'constructor', 'encoding-unsupported'],
    ['encodings on top of each other', 'gzip, gzip, gzip', 'encoding-unsupported'],
    ['a body that is not what it says', 'gzip', 'response-malformed'],
  ])('refuses %s', async (_fault, encoding, code) => {
    const { client, url } = await served((_, response) => {
      response.setHeader('content-encoding', encoding);
      response.end('plain');
    });
    expect(await failureOf(client.request(url))).toMatchObject({ code, phase: 'ambiguous', status: 200 });
  });
});

describe('asFetch', () => {
  const as = (origin: string): oauth.AuthorizationServer => ({
    issuer: origin,
    token_endpoint: `${origin}/token`,
  });

  it('serves oauth4webapi', async () => {
    const { client, origin, connections } = await served(async (request, response) => {
      const sent = new URLSearchParams(await bodyOf(request));
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          access_token: `for-${sent.get('refresh_token')}`,
          token_type: 'bearer',
          refresh_token: 'rt-2',
        }),
      );
    });
    const beforeWrite = jest.fn(() => true);
    const response = await oauth.refreshTokenGrantRequest(
      as(origin),
      { client_id: 'client' },
      oauth.ClientSecretPost('secret'),
      'rt-1',
      {
        [oauth.customFetch]: client.asFetch({ freshSocket: true, beforeWrite }),
        [oauth.allowInsecureRequests]: true,
      },
    );
    const tokens = await oauth.processRefreshTokenResponse(as(origin), { client_id: 'client' }, response);
    expect(tokens).toMatchObject({ access_token: 'for-rt-1', refresh_token: 'rt-2' });
    expect(beforeWrite).toHaveBeenCalledTimes(1);
    expect(connections()).toBe(1);
  });

  it('lets the phase through oauth4webapi', async () => {
    const { client, origin } = await servedRaw((socket) => socket.resetAndDestroy());
    const grant = oauth.refreshTokenGrantRequest(as(origin), { client_id: 'client' }, oauth.None(), 'rt-1', {
      [oauth.customFetch]: client.fetch,
      [oauth.allowInsecureRequests]: true,
    });
    expect(await failureOf(grant)).toMatchObject({ phase: 'ambiguous' });
  });

  it('gives statuses without a body, and refuses those no Response can have', async () => {
    const { client, origin } = await servedRaw((socket, head) =>
      socket.end(`HTTP/1.1 ${/\/(\d+)/.exec(head)?.[1]} X\r\n\r\n`),
    );
    expect((await client.fetch(`${origin}/204`)).status).toBe(204);
    expect((await client.fetch(`${origin}/302`)).status).toBe(302);
    expect(await failureOf(client.fetch(`${origin}/799`))).toMatchObject({
      code: 'response-malformed',
      phase: 'ambiguous',
    });
  });

  it('gives up on either signal', async () => {
    const { client, url } = await served((_, response) => response.end());
    const fetch = client.asFetch({ signal: new AbortController().signal });
    expect(await failureOf(fetch(url, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'aborted' });
  });
});
