import { jest } from '@jest/globals';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { closeAll, failureOf, idle, listen, post, reaching, served, servedRaw } from './loopback.fixture.js';
import { OutboundClient } from './outbound-client.js';
import { OutboundError } from './outbound-error.js';

afterEach(closeAll);

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
