import type { Results } from './harness.js';
import type { Outcome } from './round.js';

/** The whole in Markdown: as it is printed, and as the docs show it. */
export function report({ outcomes, landingMs }: Results): string {
  const modes = [...new Set(outcomes.map(({ mode }) => mode))];
  const rows = [...new Set(outcomes.map(rowOf))].map((row) => {
    const here = outcomes.filter((one) => rowOf(one) === row);
    return [row, ...modes.map((mode) => cell(here.filter((one) => one.mode === mode)))];
  });
  const totals = ['all', ...modes.map((mode) => cell(outcomes.filter((one) => one.mode === mode)))];
  const { interrupted, lost, unavoidable } = sum(outcomes);
  return [
    ...table([['killed at', ...modes], ...rows, totals]),
    '',
    `${interrupted} refreshes interrupted by ${outcomes.length} kills: ${lost} connections lost, ${unavoidable} of them between the provider's commit and our landing`,
    `last byte to durable landing: p50 ${percentile(landingMs, 50)} ms, p99 ${percentile(landingMs, 99)} ms, of ${landingMs.length}`,
  ].join('\n');
}

/** One line each. */
export function brokenPromises({ outcomes }: Results): string[] {
  return outcomes.flatMap(({ mode, failpoint, broken }) =>
    broken.map((one) => `${mode}, ${failpoint}: ${one}`),
  );
}

/** Empty where a landing takes no longer than that, from the last byte of the answer. */
export function slowLandings({ landingMs }: Results, atMostMs: number): string[] {
  const p99 = percentile(landingMs, 99);
  return p99 > atMostMs ? [`a landing takes ${p99} ms at p99, not ${atMostMs}`] : [];
}

function rowOf({ failpoint, scattered }: Outcome): string {
  return scattered ? 'scattered' : failpoint;
}

function cell(outcomes: Outcome[]): string {
  const { interrupted, lost } = sum(outcomes);
  return lost > 0 ? `${interrupted}, ${lost} lost` : String(interrupted);
}

function sum(outcomes: Outcome[]): Pick<Outcome, 'interrupted' | 'lost' | 'unavoidable'> {
  const total = { interrupted: 0, lost: 0, unavoidable: 0 };
  for (const { interrupted, lost, unavoidable } of outcomes) {
    total.interrupted += interrupted;
    total.lost += lost;
    total.unavoidable += unavoidable;
  }
  return total;
}

function percentile(sorted: number[], percent: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
  return Math.round(value * 100) / 100;
}

function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) => `| ${row.map((text, nth) => text.padEnd(widths[nth]!)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}
