import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { check } from './check.js';

const compiled = fileURLToPath(new URL('../../dist/tools/simulate/main.js', import.meta.url));

describe('the refresh engine', () => {
  // As it is compiled, in a process of its own: several times as fast as within jest.
  it('keeps its promises in 10,000 histories of crashes, pauses, lost answers and revocations', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [compiled, '--seeds', '10000']).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/^10000 histories, every promise kept/);
  }, 300_000);
});

describe('the simulation', () => {
  it.each([
    ['resurrects', 'promotes whatever the fence and the state say'],
    ['retries-blindly', 'takes a strict provider for one that does not rotate'],
    ['never-lands', 'promotes what it never landed'],
  ] as const)(
    'finds an engine that %s: one that %s',
    async (sabotage, _what) => {
      const { failure } = await check({ runs: 4_000, seed: 7, sabotage });
      expect(failure).toContain('npm run simulate');
    },
    60_000,
  );

  it('plays the same history again from what it printed', async () => {
    const first = await check({ runs: 4_000, seed: 7, sabotage: 'retries-blindly' });
    const [, path] = /--path (\S+)/.exec(first.failure!)!;
    const again = await check({ runs: 1, seed: 7, path, sabotage: 'retries-blindly' });
    expect(again.failure!.split('\n').at(-1)).toBe(first.failure!.split('\n').at(-1));
  }, 60_000);
});
