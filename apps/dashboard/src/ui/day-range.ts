const two = (number: number): string => String(number).padStart(2, '0');

/** The day of a moment in this browser’s zone, as an `<input type=date>` takes it. */
export function dayOf(at: string | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** When a chosen day begins. The day of the moment that was there keeps that moment, to the hour. */
export function momentOf(day: string, before: string | undefined): string | undefined {
  if (day === dayOf(before)) return before;
  const at = Date.parse(`${day}T00:00:00`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

export function isMidnight(at: string): boolean {
  const date = new Date(at);
  return date.getHours() + date.getMinutes() + date.getSeconds() === 0;
}
