import { jest } from '@jest/globals';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as oauth from 'oauth4webapi';
import { testCertificate, testCertificateKey } from './certificate.fixture.js';
import type { ResolvedAddress } from './guarded-connector.js';
import { OutboundClient, type OutboundClientOptions } from './outbound-client.js';
import { OutboundError } from './outbound-error.js';
import type { OutboundRequest } from './outgoing-request.js';

const opened: { server: Server; sockets: Set<Socket> }[] = [];
const clients: OutboundClient[] = [];

async function listen<S extends Server>(
  server: S,
): Promise<{ server: S; port: number; connections: () => number }> {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  opened.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, port, connections: () => count };
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const { server, sockets } of opened.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server at the place of the sandbox, and a client that may reach it. */
async function served(listener: RequestListener, options: Partial<OutboundClientOptions> = {}) {
  const { port, connections } = await listen(createHttpServer(listener));
  return { ...reaching(port, options), connections };
}

/** The same with a server that writes raw bytes. */
async function servedRaw(
  onRequest: (socket: Socket, head: string) => void,
  options: Partial<OutboundClientOptions> = {},
) {
  const server = createTcpServer((socket) =>
    socket.on('data', (data) => onRequest(socket, data.toString('latin1'))),
  );
  const { port, connections } = await listen(server);
  return { ...reaching(port, options), connections };
}

function reaching(port: number, options: Partial<OutboundClientOptions>) {
  const origin = `http://127.0.0.1:${port}`;
  const client = new OutboundClient({ production: false, sandboxOrigin: origin, ...options });
  clients.push(client);
  return { client, origin, url: `${origin}/token` };
}

async function failureOf(answer: Promise<unknown>): Promise<OutboundError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
  throw new Error('there was an answer');
}

const post: OutboundRequest = { method: 'POST', body: new URLSearchParams({ refresh_token: 'canary-rt' }) };
const bodyOf = async (request: IncomingMessage) => Buffer.concat(await request.toArray()).toString();
/** undici takes a socket back one turn of the event loop after the answer. */
const idle = () => new Promise((resolve) => setTimeout(resolve, 5));
const publicAddress: ResolvedAddress = { address: '93.184.215.14', family: 4 };

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

describe('the phase', () => {
  it('is not_sent when nobody listens', async () => {
    const { port, server } = await listen(createTcpServer());
    await new Promise((resolve) => server.close(resolve));
    const { client, url } = reaching(port, {});
    const error = await failureOf(client.request(url, post));
    expect(error).toMatchObject({ code: 'connect-failed', phase: 'not_sent', reason: 'ECONNREFUSED' });
  });

  it('is not_sent when the name does not resolve', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('canary'), { code: 'ENOTFOUND' }));
    const client = new OutboundClient({ production: true, resolve });
    const error = await failureOf(client.request('https://as.example.com/token', post));
    expect(error).toMatchObject({ code: 'dns-failed', phase: 'not_sent', reason: 'ENOTFOUND' });
    expect(
      await failureOf(
        new OutboundClient({ production: true, resolve: async () => [] }).request('https://a.example/'),
      ),
    ).toMatchObject({
      code: 'dns-failed',
      phase: 'not_sent',
    });
  });

  it('is not_sent when the connection ends within the TLS handshake', async () => {
    const { port } = await listen(createTcpServer((socket) => socket.on('data', () => socket.destroy())));
    const client = new OutboundClient({
      production: true,
      allowedPrivateOrigins: [`as.internal.test:${port}`],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    expect(await failureOf(client.request(`https://as.internal.test:${port}/token`, post))).toMatchObject({
      phase: 'not_sent',
    });
  });

  it('is ambiguous once the request was written and the connection is reset', async () => {
    const { client, url } = await servedRaw((socket) => socket.resetAndDestroy());
    expect(await failureOf(client.request(url, post))).toMatchObject({
      code: 'connection-lost',
      phase: 'ambiguous',
    });
  });

  it('is ambiguous when the connection is reset in the middle of the answer, and tells its status', async () => {
    const { client, url } = await servedRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"access_token":');
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    expect(await failureOf(client.request(url, post))).toMatchObject({ phase: 'ambiguous', status: 200 });
  });

  it('is ambiguous for an answer that ends too early', async () => {
    const { client, url } = await servedRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":1'),
    );
    expect(await failureOf(client.request(url, post))).toMatchObject({ phase: 'ambiguous', status: 200 });
  });

  it('is ambiguous for bytes that are not HTTP, which are not quoted', async () => {
    const { client, url } = await servedRaw((socket) => socket.end('access_token=canary-at\r\n\r\n'));
    const error = await failureOf(client.request(url, post));
    expect(error).toMatchObject({ code: 'response-malformed', phase: 'ambiguous' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary|\/token|refresh_token/);
  });

  it('belongs to its own request under concurrency, next to a foreign fetch in the same process', async () => {
    const { client, url, origin } = await served((request, response) => {
      const kind = new URL(request.url ?? '', origin).searchParams.get('kind');
      if (kind === 'reset') request.socket.resetAndDestroy();
      else setTimeout(() => response.end(kind), 5);
    });
    const phaseOf = async (index: number): Promise<string> => {
      const kind = ['ok', 'stopped', 'reset', 'foreign'][index % 4];
      if (kind === 'foreign') return fetch(`${url}?kind=foreign`).then((response) => response.text());
      const beforeWrite = () => kind !== 'stopped';
      const freshSocket = index % 3 === 0;
      const answer = client.request(`${url}?kind=${kind}`, { ...post, beforeWrite, freshSocket });
      return answer.then(
        ({ body }) => body.toString(),
        (error: OutboundError) => error.phase,
      );
    };
    const phases = await Promise.all(Array.from({ length: 120 }, (_, index) => phaseOf(index)));
    phases.forEach((phase, index) => {
      expect(phase).toBe(['ok', 'not_sent', 'ambiguous', 'foreign'][index % 4]);
    });
  });
});

describe('beforeWrite', () => {
  it('runs with the connection open and nothing written', async () => {
    let connected = () => {};
    const connection = new Promise<void>((resolve) => (connected = resolve));
    const received: string[] = [];
    const server = createTcpServer((socket) => {
      connected();
      socket.on('data', (data) => received.push(data.toString()));
    });
    const { port } = await listen(server);
    const { client, url } = reaching(port, {});
    const error = await failureOf(
      client.request(url, { ...post, freshSocket: true, beforeWrite: () => false }),
    );
    await connection;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(error).toMatchObject({ code: 'stopped-before-write', phase: 'not_sent' });
    expect(received).toEqual([]);
  });

  it('stops the request by throwing, too, and its message goes nowhere', async () => {
    const { client, url } = await served((_, response) => response.end());
    const beforeWrite = () => {
      throw new Error('canary');
    };
    const error = await failureOf(client.request(url, { ...post, beforeWrite }));
    expect(error).toMatchObject({ code: 'stopped-before-write', phase: 'not_sent' });
    expect(inspect(error)).not.toContain('canary');
  });

  it('leaves a shared socket usable for the next request', async () => {
    const { client, url, connections } = await served((_, response) => response.end('ok'));
    await failureOf(client.request(url, { ...post, beforeWrite: () => false }));
    expect((await client.request(url, post)).status).toBe(200);
    expect(connections()).toBe(1);
  });

  it('is not asked where the connection never opens', async () => {
    const beforeWrite = jest.fn(() => true);
    const client = new OutboundClient({ production: true, resolve: async () => [] });
    await failureOf(client.request('https://as.example.com/token', { ...post, beforeWrite }));
    expect(beforeWrite).not.toHaveBeenCalled();
  });
});

describe('sockets', () => {
  it('are kept alive between requests', async () => {
    const { client, url, connections } = await served((_, response) => response.end('ok'));
    for (let turn = 0; turn < 3; turn++) {
      await client.request(url, post);
      await idle();
    }
    expect(connections()).toBe(1);
  });

  it('are never reused for a fresh request, and never kept after it', async () => {
    const headers: (string | undefined)[] = [];
    const { client, url, connections } = await served((request, response) => {
      headers.push(request.headers.connection);
      response.end('ok');
    });
    await client.request(url, post);
    await client.request(url, { ...post, freshSocket: true });
    await client.request(url, { ...post, freshSocket: true });
    expect(connections()).toBe(3);
    expect(headers).toEqual(['keep-alive', 'close', 'close']);
  });

  it('that went stale make a request ambiguous, unless it is fresh; nothing is sent a second time', async () => {
    let requests = 0;
    const answered = new WeakSet<Socket>();
    const { client, url } = await servedRaw((socket) => {
      requests++;
      if (answered.has(socket)) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      answered.add(socket);
    });
    expect((await client.request(url, post)).status).toBe(200);
    await idle();
    expect((await client.request(url, { ...post, freshSocket: true })).status).toBe(200);
    expect(await failureOf(client.request(url, post))).toMatchObject({
      code: 'connection-lost',
      phase: 'ambiguous',
    });
    expect(requests).toBe(3);
  });
});

describe('the deadline', () => {
  it('is total: an answer that drips in does not stretch it', async () => {
    const timers: NodeJS.Timeout[] = [];
    const { client, url } = await servedRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      timers.push(setInterval(() => socket.writable && socket.write('x'), 10));
    });
    const begun = performance.now();
    const error = await failureOf(client.request(url, { ...post, deadlineMs: 120 }));
    timers.forEach((timer) => clearInterval(timer));
    expect(error).toMatchObject({ code: 'deadline-exceeded', phase: 'ambiguous', status: 200 });
    expect(performance.now() - begun).toBeLessThan(600);
  });

  it('covers headers that drip in', async () => {
    const timers: NodeJS.Timeout[] = [];
    const { client, url } = await servedRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      timers.push(setInterval(() => socket.writable && socket.write('x-drip: 1\r\n'), 10));
    });
    const error = await failureOf(client.request(url, { ...post, deadlineMs: 100, freshSocket: true }));
    timers.forEach((timer) => clearInterval(timer));
    expect(error).toMatchObject({ code: 'deadline-exceeded', phase: 'ambiguous' });
  });

  it.each([false, true])(
    'covers DNS, and what was given up is not written later (fresh: %s)',
    async (freshSocket) => {
      let answerLate: (addresses: ResolvedAddress[]) => void = () => {};
      const received: string[] = [];
      const server = createHttpServer((request, response) => {
        received.push(request.url ?? '');
        response.end('ok');
      });
      const { port } = await listen(server);
      const resolve = () => new Promise<ResolvedAddress[]>((found) => (answerLate = found));
      const sandboxOrigin = `http://localhost:${port}`;
      const client = new OutboundClient({ production: false, sandboxOrigin, resolve });
      const error = await failureOf(
        client.request(`${sandboxOrigin}/token`, { ...post, freshSocket, deadlineMs: 40 }),
      );
      expect(error).toMatchObject({ code: 'deadline-exceeded', phase: 'not_sent' });
      answerLate([{ address: '127.0.0.1', family: 4 }]);
      await new Promise((settled) => setTimeout(settled, 60));
      expect(received).toEqual([]);
      await client.close();
    },
  );

  it('stops a write that a paused process would do too late', async () => {
    const { client, url } = await served((_, response) => response.end('ok'));
    const beforeWrite = jest.fn(() => true);
    const answer = failureOf(
      client.request(url, { ...post, freshSocket: true, deadlineMs: 30, beforeWrite }),
    );
    const until = performance.now() + 60;
    while (performance.now() < until);
    expect(await answer).toMatchObject({ code: 'deadline-exceeded', phase: 'not_sent' });
    expect(beforeWrite).not.toHaveBeenCalled();
  });
});

describe('giving up', () => {
  it('before the start sends nothing', async () => {
    const { client, url, connections } = await served((_, response) => response.end());
    const error = await failureOf(
      client.request(url, { ...post, signal: AbortSignal.abort(new Error('canary')) }),
    );
    expect(error).toMatchObject({ code: 'aborted', phase: 'not_sent' });
    expect(connections()).toBe(0);
  });

  it('after the write is ambiguous', async () => {
    const giveUp = new AbortController();
    const { client, url } = await served(() => giveUp.abort());
    expect(await failureOf(client.request(url, { ...post, signal: giveUp.signal }))).toMatchObject({
      code: 'aborted',
      phase: 'ambiguous',
    });
  });

  it('is what closing waits for: requests in flight end, new ones are refused', async () => {
    const { client, url } = await served((_, response) => void setTimeout(() => response.end('ok'), 40));
    const answer = client.request(url, post);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([
      client.close(),
      expect(failureOf(client.request(url, post))).resolves.toMatchObject({ phase: 'not_sent' }),
    ]);
    expect((await answer).status).toBe(200);
    expect(await failureOf(client.request(url, post))).toMatchObject({
      code: 'client-closed',
      phase: 'not_sent',
    });
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

describe('addresses', () => {
  it.each<[string, ResolvedAddress[]]>([
    ['a loopback address', [{ address: '127.0.0.1', family: 4 }]],
    ['a mapped loopback address', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['cloud metadata', [{ address: '169.254.169.254', family: 4 }]],
    ['one private address among public ones', [publicAddress, { address: '10.0.0.1', family: 4 }]],
    ['something that is no address', [{ address: 'localhost', family: 4 }]],
  ])('a name that resolves to %s is refused', async (_what, addresses) => {
    const client = new OutboundClient({ production: true, resolve: async () => addresses });
    for (const freshSocket of [true, false]) {
      const error = await failureOf(client.request('https://as.example.com/token', { ...post, freshSocket }));
      expect(error).toMatchObject({ code: 'address-forbidden', phase: 'not_sent' });
    }
    await client.close();
  });

  it('an operator’s private server may be on loopback, but never at cloud metadata', async () => {
    const client = new OutboundClient({
      production: true,
      allowedPrivateOrigins: ['keycloak.corp.example:8443'],
      resolve: async () => [{ address: '169.254.169.254', family: 4 }],
    });
    expect(await failureOf(client.request('https://keycloak.corp.example:8443/'))).toMatchObject({
      code: 'address-forbidden',
    });
  });

  it('the sandbox’s name must be on loopback', async () => {
    const client = new OutboundClient({
      production: false,
      sandboxOrigin: 'http://localhost:4006',
      resolve: async () => [publicAddress],
    });
    expect(await failureOf(client.request('http://localhost:4006/token'))).toMatchObject({
      code: 'address-forbidden',
    });
  });

  it('are resolved once for a connection; Host and SNI stay those of the URL; a later, other answer changes nothing', async () => {
    const seen: unknown[] = [];
    const server = createHttpsServer(
      { cert: testCertificate, key: testCertificateKey },
      (request, response) => {
        seen.push([request.headers.host, (request.socket as TLSSocket & { servername?: string }).servername]);
        response.end('ok');
      },
    );
    const { port } = await listen(server);
    const answers: ResolvedAddress[][] = [
      [{ address: '127.0.0.1', family: 4 }],
      [{ address: '169.254.169.254', family: 4 }],
    ];
    const resolve = jest.fn(async () => answers.shift() ?? []);
    const client = new OutboundClient({
      production: true,
      allowedPrivateOrigins: [`as.internal.test:${port}`],
      certificateAuthorities: [testCertificate],
      resolve,
    });
    clients.push(client);
    const url = `https://as.internal.test:${port}/token`;
    expect((await client.request(url, post)).status).toBe(200);
    expect(resolve).toHaveBeenCalledTimes(1);
    await idle();
    expect((await client.request(url, post)).status).toBe(200);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(Array(2).fill([`as.internal.test:${port}`, 'as.internal.test']));
    const rebound = await failureOf(client.request(url, { ...post, freshSocket: true }));
    expect(rebound).toMatchObject({ code: 'address-forbidden', phase: 'not_sent' });
  });

  it('do not stand in for a certificate of the right name', async () => {
    const server = createHttpsServer({ cert: testCertificate, key: testCertificateKey }, (_, response) =>
      response.end(),
    );
    const { port } = await listen(server);
    const options: OutboundClientOptions = {
      production: true,
      allowedPrivateOrigins: [`other.test:${port}`, `as.internal.test:${port}`],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    };
    const trusting = new OutboundClient({ ...options, certificateAuthorities: [testCertificate] });
    expect(await failureOf(trusting.request(`https://other.test:${port}/`))).toMatchObject({
      code: 'tls-failed',
      phase: 'not_sent',
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(
      await failureOf(new OutboundClient(options).request(`https://as.internal.test:${port}/`)),
    ).toMatchObject({
      code: 'tls-failed',
      phase: 'not_sent',
    });
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
