import { once } from 'node:events';
import { createServer } from 'node:http';
import { deadOrigin, gateway, replica, seen, useProxy } from './proxy.fixture.js';

useProxy();

describe('balancing', () => {
  it('spreads requests over the replicas of the owning service', async () => {
    const { url } = await gateway({ 'auth-flow': [await replica('a'), await replica('b')] });
    for (let i = 0; i < 10; i += 1) await fetch(`${url}/v1/connections`);
    expect(seen.filter(({ replica }) => replica === 'a')).toHaveLength(5);
    expect(seen.filter(({ replica }) => replica === 'b')).toHaveLength(5);
  });

  it('sends a request elsewhere, body whole, when a replica takes no connection', async () => {
    const { url, upstreams } = await gateway({ 'auth-flow': [deadOrigin, await replica('b')] });
    const body = JSON.stringify({ text: 'x'.repeat(90_000) });
    for (let i = 0; i < 4; i += 1) {
      const answer = await fetch(`${url}/v1/connections`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.status).toBe(200);
    }
    expect(seen.map((one) => one.body)).toEqual([body, body, body, body]);
    expect(upstreams.get('auth-flow')?.rotation.replicas[0]?.failures).toBe(1);
  });

  it('never repeats a POST that a replica may have handled', async () => {
    let hits = 0;
    const dropping = () =>
      replica('dropping', (request, response) => {
        hits += 1;
        request.resume().on('end', () => response.destroy());
      });
    const { url } = await gateway({ 'revocation-audit': [await dropping(), await dropping()] });
    const answer = await fetch(`${url}/v1/revocations`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('revocation-audit broken');
    expect(hits).toBe(1);
  });

  it('asks another replica what is safe to ask twice when the first breaks off', async () => {
    const dropping = await replica('dropping', (_request, response) => response.destroy());
    const { url } = await gateway({ 'auth-flow': [dropping, await replica('b')] });
    for (let i = 0; i < 4; i += 1) expect((await fetch(`${url}/v1/connections`)).status).toBe(200);
    expect(seen).toHaveLength(4);
  });

  it('gives up on an answer that takes too long, without asking another replica', async () => {
    let hits = 0;
    const silent = () => replica('silent', () => void (hits += 1));
    const { url } = await gateway({ 'auth-flow': [await silent(), await silent()] }, 200);
    expect(await (await fetch(`${url}/v1/connections`)).text()).toContain('auth-flow timed-out');
    expect(hits).toBe(1);
  }, 10_000);

  it('says so when no replica takes a connection, and goes on as soon as one does', async () => {
    const { url } = await gateway({ 'auth-flow': [deadOrigin] });
    const answer = await fetch(`${url}/v1/connections`);
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('auth-flow unreachable'),
    ]);
    const late = createServer((_request, response) => response.end('late')).listen(
      Number(new URL(deadOrigin).port),
    );
    await once(late, 'listening');
    try {
      expect(await (await fetch(`${url}/v1/connections`)).text()).toBe('late');
    } finally {
      late.closeAllConnections();
      late.close();
    }
  });

  it('passes a 503 on as the service said it, once', async () => {
    let hits = 0;
    const busy = await replica('busy', (_request, response) => {
      hits += 1;
      response.writeHead(503, { 'retry-after': '7' }).end('busy');
    });
    const { url } = await gateway({ 'auth-flow': [busy] });
    const answer = await fetch(`${url}/v1/connections`);
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      503,
      '7',
      'busy',
    ]);
    expect(hits).toBe(1);
  });
});
