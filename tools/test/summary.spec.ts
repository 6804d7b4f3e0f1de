import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: object[];
}
interface Modules {
  summary: (reports: Map<string, Report | undefined>) => { passed: number; failed: number; text: string };
  readReports: (names: string[], file: (name: string) => string) => Map<string, Report | undefined>;
}

// The runner itself runs before anything is compiled, so it is plain JavaScript.
const load = async (name: string) =>
  (await import(new URL(`./${name}.mjs`, import.meta.url).href)) as unknown as Modules;

const aReport = (report: Partial<Report> = {}): Report => ({
  numPassedTests: 3,
  numFailedTests: 0,
  testResults: [],
  ...report,
});

const lastLine = (text: string) => text.split('\n').at(-1);

describe('the summary of a run', () => {
  it('adds up what the reports say', async () => {
    const { summary } = await load('summary');
    const reports = new Map([
      ['unit', aReport()],
      ['e2e', aReport({ numPassedTests: 1, numFailedTests: 2 })],
    ]);
    expect(lastLine(summary(reports).text)).toBe('4 passed, 2 failed');
  });

  it('counts a runner without a report as failed', async () => {
    const { summary } = await load('summary');
    const result = summary(new Map([['unit', undefined]]));
    expect(result).toMatchObject({ passed: 0, failed: 1 });
    expect(result.text).toContain('left no report');
  });

  it('counts a file that did not load as failed, and one with failing tests once', async () => {
    const { summary } = await load('summary');
    const broken = { name: 'a', status: 'failed', assertionResults: [] };
    const failing = { name: 'b', status: 'failed', assertionResults: [{ status: 'failed' }] };
    const report = aReport({ numFailedTests: 1, testResults: [broken, failing] });
    expect(summary(new Map([['unit', report]]))).toMatchObject({ passed: 3, failed: 2 });
  });

  it('fails where nothing ran at all', async () => {
    const { summary } = await load('summary');
    expect(summary(new Map([['unit', aReport({ numPassedTests: 0 })]])).failed).toBe(1);
  });

  it('names what was skipped', async () => {
    const { summary } = await load('summary');
    const skipped = { status: 'pending', fullName: 'a page in a browser (needs Chromium)' };
    const report = aReport({ testResults: [{ status: 'passed', assertionResults: [skipped] }] });
    expect(summary(new Map([['e2e', report]])).text).toContain('needs Chromium');
  });

  it('takes a report that was cut off for none', async () => {
    const { readReports } = await load('reports');
    const folder = mkdtempSync(join(tmpdir(), 'reports-'));
    writeFileSync(join(folder, 'unit.json'), '{"numPassedTests": 3');
    expect(readReports(['unit'], (name) => join(folder, `${name}.json`)).get('unit')).toBeUndefined();
  });
});
