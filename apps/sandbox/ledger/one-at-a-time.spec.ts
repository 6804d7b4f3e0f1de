import { setImmediate as turn } from 'node:timers/promises';
import { OneAtATime } from './one-at-a-time.js';

describe('OneAtATime', () => {
  it('begins the second of a key only when the first has ended, even by failing', async () => {
    const seen: string[] = [];
    const queue = new OneAtATime();
    const work = (name: string, fails = false) =>
      queue.run('key', async () => {
        seen.push(`${name} begins`);
        await turn();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([work('one', true), work('two'), work('three')]);
    expect(seen).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
  });

  it('lets different keys run at once', async () => {
    const queue = new OneAtATime();
    const first = queue.run('a', () => new Promise<void>((resolve) => setTimeout(resolve, 1000).unref()));
    await expect(queue.run('b', async () => 'done')).resolves.toBe('done');
    void first;
  });
});
