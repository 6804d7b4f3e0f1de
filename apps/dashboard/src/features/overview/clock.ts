import { language } from '../../messages/index.js';

const format = (options: Intl.DateTimeFormatOptions): ((at: number | string) => string) => {
  const formatter = new Intl.DateTimeFormat(language, options);
  return (at) => formatter.format(typeof at === 'string' ? Date.parse(at) : at);
};

/** 15:00, on this side of the world. */
export const hourOf = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** 15:00:07. */
export const secondOf = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
/** Sat, Nov 21, 15:00. */
export const dayAndHourOf = format({
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
/** Sat 15:00: within a week. */
export const weekdayAndHourOf = format({
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
export const weekdayOf = format({ weekday: 'short' });
/** Of a date in UTC: Nov 21. */
export const dateOf = format({ day: 'numeric', month: 'short', timeZone: 'UTC' });
/** The short name of the zone that local times are in. */
export const zone =
  new Intl.DateTimeFormat(language, { timeZoneName: 'short' })
    .formatToParts(Date.now())
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';

export const isMidnight = (at: string): boolean => new Date(at).getHours() === 0;
