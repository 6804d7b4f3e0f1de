/** How a provider writes a lifetime. `auto` tells seconds, absolute times, `177:05:38` and ISO apart, not milliseconds. */
export const lifetimeForms = [
  'auto',
  'seconds',
  'milliseconds',
  'epoch_seconds',
  'epoch_milliseconds',
  'clock',
  'iso',
] as const;
export type LifetimeForm = (typeof lifetimeForms)[number];

export interface LifetimeBounds {
  minMs: number;
  maxMs: number;
}

export const day = 86_400_000;
/** A profile may lower the floor for providers whose tokens really live shorter. */
export const defaultBounds: LifetimeBounds = { minMs: 60_000, maxMs: 400 * day };

/** From here on a number is a point in time, not a lifetime: 10^9 s is 2001, and 31 years. */
const earliestEpochSeconds = 1_000_000_000;
const earliestEpochMilliseconds = 100_000_000_000;

/**
 * Milliseconds until expiry, within bounds; undefined where the value says nothing (missing, negative, not a lifetime).
 * Never NaN. `now` is the server's idea of now, for absolute times.
 */
export function parseLifetime(
  value: unknown,
  { form, now, minMs, maxMs }: { form: LifetimeForm; now: number } & LifetimeBounds,
): number | undefined {
  const ms = lifetimeOf(value, form, now);
  if (ms === undefined || !Number.isFinite(ms)) return undefined;
  return Math.min(Math.max(Math.round(ms), minMs), maxMs);
}

function lifetimeOf(value: unknown, form: LifetimeForm, now: number): number | undefined {
  const text = typeof value === 'string' ? value.trim() : undefined;
  const number = typeof value === 'number' ? value : numberIn(text);
  if (number !== undefined) return number < 0 ? undefined : fromNumber(number, form, now);
  if (text === undefined) return undefined;
  if (form === 'clock' || form === 'auto') {
    const span = fromClock(text);
    if (span !== undefined || form === 'clock') return span;
  }
  return form === 'iso' || form === 'auto' ? fromIso(text, now) : undefined;
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

function fromNumber(number: number, form: LifetimeForm, now: number): number | undefined {
  switch (form) {
    case 'seconds':
      return number * 1000;
    case 'milliseconds':
      return number;
    case 'epoch_seconds':
      return number * 1000 - now;
    case 'epoch_milliseconds':
      return number - now;
    case 'auto':
      if (number >= earliestEpochMilliseconds) return number - now;
      return number >= earliestEpochSeconds ? number * 1000 - now : number * 1000;
    case 'clock':
    case 'iso':
      return undefined;
  }
}

/** Hours, minutes, seconds. */
function fromClock(text: string): number | undefined {
  const parts = /^(\d{1,6}):([0-5]\d):([0-5]\d)$/.exec(text);
  if (!parts) return undefined;
  return ((Number(parts[1]) * 60 + Number(parts[2])) * 60 + Number(parts[3])) * 1000;
}

/** ISO 8601: a date with a time, or a duration of days and less. */
function fromIso(text: string, now: number): number | undefined {
  const duration = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?$/.exec(text);
  if (duration && /\d/.test(text)) {
    const [days, hours, minutes, seconds] = duration.slice(1).map((part) => Number(part ?? 0));
    return days! * day + hours! * 3_600_000 + minutes! * 60_000 + seconds! * 1000;
  }
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  // Without an offset JavaScript would read it in the zone of this machine.
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time - now;
}
