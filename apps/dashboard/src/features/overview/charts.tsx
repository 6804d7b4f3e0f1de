import { lazy } from 'react';

/** Charts weigh more than the rest of the page: their code comes after its first paint. */
const painted = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });

export const ColumnsChart = lazy(async () => {
  await painted();
  return { default: (await import('./columns.chart.js')).ColumnsChart };
});

export const LinesChart = lazy(async () => {
  await painted();
  return { default: (await import('./lines.chart.js')).LinesChart };
});

export const seriesColor = (at: number): string => `var(--eg-series-${Math.min(at, 4) + 1})`;
export const otherColor = 'var(--eg-series-5)';
