import { type RawAnswer, serverNow } from '../protocol/raw-answer.js';

const shortestMs = 1000;
/** A provider that says "tomorrow" is asked again within the hour: by then a token would have lapsed for nothing. */
const longestMs = 3_600_000;

/** RFC 9110 §10.2.3: seconds or an HTTP date, by the server's own clock; clamped. Undefined where it says nothing. */
export function retryAfterMs(raw: RawAnswer): number | undefined {
  const wait = told(raw);
  return wait === undefined ? undefined : Math.min(Math.max(Math.ceil(wait), shortestMs), longestMs);
}

function told(raw: RawAnswer): number | undefined {
  const value = raw.headers['retry-after']?.trim();
  if (value !== undefined && /^\d{1,10}(\.\d+)?$/.test(value)) return Number(value) * 1000;
  // Only what begins with a weekday is an HTTP date; Date.parse would make one of almost anything.
  const date = value !== undefined && /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(date)) return date - serverNow(raw);
  const { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset } = raw.headers;
  return remaining === '0' && reset !== undefined && /^\d{9,11}$/.test(reset)
    ? Number(reset) * 1000 - serverNow(raw)
    : undefined;
}
