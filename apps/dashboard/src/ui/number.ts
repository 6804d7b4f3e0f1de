import { language } from '../messages/index.js';

const exact = new Intl.NumberFormat(language);
const short = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });

/** Exact below 10,000 and wherever it was counted on purpose; `estimate` says so itself. */
export function count(value: number, estimate = false): string {
  return estimate ? `about ${short.format(value)}` : exact.format(value);
}

/** For axes and figures: 1.02M. */
export const shortCount = (value: number): string => (value < 10_000 ? exact : short).format(value);
export const share = (value: number): string => percent.format(value);

/** 1 s, 12 min, 3 h, 5 d: the largest unit that fits. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return `${Math.round(size * 1000)} ms`;
  if (size < 90) return `${Math.round(size)} s`;
  if (size < 90 * 60) return `${Math.round(size / 60)} min`;
  if (size < 36 * 3_600) return `${Math.round(size / 3_600)} h`;
  return `${Math.round(size / 86_400)} d`;
}
