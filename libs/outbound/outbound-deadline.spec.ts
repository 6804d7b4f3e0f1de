import { jest } from '@jest/globals';
import { createServer as createHttpServer } from 'node:http';
import type { ResolvedAddress } from './guarded-connector.js';
import { closeAll, failureOf, listen, post, served, servedRaw } from './loopback.fixture.js';
import { OutboundClient } from './outbound-client.js';

afterEach(closeAll);

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
