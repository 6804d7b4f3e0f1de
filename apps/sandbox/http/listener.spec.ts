import { setTimeout as sleep } from 'node:timers/promises';
import { Listener } from './listener.js';

describe('Listener', () => {
  it('answers those who came before there was a handler', async () => {
    const listener = await Listener.open('127.0.0.1', 0);
    const early = fetch(`http://127.0.0.1:${listener.port}/`);
    await sleep(50);
    listener.serve((_request, response) => response.end('late'));
    expect(await (await early).text()).toBe('late');
    await listener.close(1);
  });

  it('lets a request in flight finish before it is closed, but not for ever', async () => {
    const listener = await Listener.open('127.0.0.1', 0);
    listener.serve((request, response) => {
      if (request.url === '/soon') setTimeout(() => response.end('done'), 100);
    });
    const [soon, never] = ['/soon', '/never'].map((path) =>
      fetch(`http://127.0.0.1:${listener.port}${path}`),
    );
    const lost = expect(never).rejects.toThrow('fetch failed');
    await sleep(30);
    await listener.close(0.3);
    expect(await (await soon)?.text()).toBe('done');
    await lost;
  });
});
