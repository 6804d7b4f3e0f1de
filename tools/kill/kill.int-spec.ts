import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../dist/tools/kill/main.js', import.meta.url));

/** As it is compiled: workers, sandbox and Postgres in processes of their own, and their killer in another. */
function kill(...args: string[]): Promise<{ exit: number; told: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [compiled, ...args], (error, stdout, stderr) => {
      const exit = error ? Number(error.code ?? -1) : 0;
      resolve({ exit, told: `${stdout}${stderr}` });
    });
  });
}

/** The cells of one row of the table: none, A, B, C, D, E. */
function row(told: string, failpoint: string): string[] {
  const line = told.split('\n').find((one) => one.startsWith(`| ${failpoint} `)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

const size = '12';
const lostUnderA = [size, '12, 12 lost', size, size, size, size];
const nothingLost = Array<string>(6).fill(size);

describe('a refresh worker that is killed', () => {
  it('loses nothing, but under strict rotation what the provider answered and nobody had landed', async () => {
    const { exit, told } = await kill('--kills', '1000', '--postgres-down', '5');
    expect({ exit, told }).toEqual({ exit: 0, told: expect.stringContaining('every promise kept') });
    // The harness sees what is lost, or it would find no loss here either.
    for (const failpoint of ['after-bytes-sent', 'answer-received', 'before-landing'])
      expect(row(told, failpoint)).toEqual(lostUnderA);
    for (const failpoint of [
      ...['before-t1', 'after-t1', 'before-send', 'after-landing', 'before-promote', 'after-promote'],
      ...['before-outbox-relay', 'after-outbox-relay', 'spool-drain', 'spool-drained', 'postgres-down'],
    ])
      expect([failpoint, ...row(told, failpoint)]).toEqual([failpoint, ...nothingLost]);
    const { interrupted, samples } =
      /^(?<interrupted>\d+) refreshes interrupted.*\n.* of (?<samples>\d+)$/m.exec(told)!.groups!;
    expect(Number(interrupted)).toBeGreaterThanOrEqual(1_000);
    expect(Number(samples)).toBeGreaterThan(200);
  }, 300_000);
});

describe('the kill harness', () => {
  it.each([
    ['never-lands', 'after-landing', 'promotes what it never landed', /was lost: .*lost_rotation/],
    ['loses-events', 'before-promote', 'publishes nothing', /is at generation \d+, told of 1/],
  ])(
    'finds a worker that %s, killed at %s: one that %s',
    async (sabotage, failpoint, _what, finding) => {
      const only = ['--modes', 'A', '--failpoints', failpoint, '--kills', '3', '--postgres-down', '0'];
      const { exit, told } = await kill(...only, '--sabotage', sabotage);
      expect(told).toMatch(finding);
      expect(exit).toBe(1);
    },
    60_000,
  );

  it('says so where a landing takes longer than it may', async () => {
    const only = ['--modes', 'none', '--failpoints', 'after-t1', '--kills', '2', '--postgres-down', '0'];
    const { exit, told } = await kill(...only, '--landing-p99', '0');
    expect(told).toMatch(/a landing takes [\d.]+ ms at p99, not 0/);
    expect(exit).toBe(1);
  }, 60_000);
});
