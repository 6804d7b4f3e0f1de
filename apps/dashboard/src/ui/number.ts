import { language, t } from '../messages/index.js';

const exact = new Intl.NumberFormat(language);
const short = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });

/** Exact below 10,000 and wherever it was counted on purpose; `estimate` says so itself. */
export function count(value: number, estimate = false): string {
  return estimate ? t.count.about(short.format(value)) : exact.format(value);
}

/** For axes and figures: 1.02M. */
export const shortCount = (value: number): string => (value < 10_000 ? exact : short).format(value);
export const share = (value: number): string => percent.format(value);

/** 1 s, 12 min, 3 h, 5 d: the largest unit that fits. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return t.units.milliseconds(Math.round(size * 1000));
  if (size < 90) return t.units.seconds(Math.round(size));
  if (size < 90 * 60) return t.units.minutes(Math.round(size / 60));
  if (size < 36 * 3_600) return t.units.hours(Math.round(size / 3_600));
  return t.units.days(Math.round(size / 86_400));
}
