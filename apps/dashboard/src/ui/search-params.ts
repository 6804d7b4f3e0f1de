/** Readers of a URL's search: what is odd is left out, never an error page. */
type Raw = Record<string, unknown>;

/** Text of at most 500 characters, where nothing else is said. */
export function text(raw: Raw, name: string, most = 500): string | undefined {
  const value = raw[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= most ? value : undefined;
}

export function oneOf<T extends string>(raw: Raw, name: string, values: readonly T[]): T | undefined {
  return values.find((value) => value === raw[name]);
}

/** A whole number from 1 on. */
export function positive(raw: Raw, name: string): number | undefined {
  const value = Number(raw[name]);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** An RFC 3339 time or a date. */
export function moment(raw: Raw, name: string): string | undefined {
  const value = text(raw, name);
  return value !== undefined && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

export function flag(raw: Raw, name: string): true | undefined {
  return raw[name] === true || raw[name] === 'true' || undefined;
}

/** The search without what is undefined: what a link or `navigate` puts into the URL. */
export function compact<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}
