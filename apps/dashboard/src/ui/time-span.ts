/** Of RFC 3339 times: from `after` until `before`; what is missing is open. */
export interface TimeSpan {
  after?: string;
  before?: string;
}

export const presets = [
  { key: 'hour', seconds: 3_600 },
  { key: 'day', seconds: 86_400 },
  { key: 'week', seconds: 7 * 86_400 },
  { key: 'month', seconds: 30 * 86_400 },
] as const;

/** What an `<input type=datetime-local>` takes: the local time, to the minute. */
export function toLocalInput(at: string | undefined): string {
  if (at === undefined) return '';
  const time = new Date(at);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function fromLocalInput(typed: string): string | undefined {
  const time = typed === '' ? Number.NaN : Date.parse(typed);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The whole RFC 3339 time that the API asks for, of a date or a time that a URL may have. */
export const toInstant = (at: string | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
