import type { ApiKey } from './api-keys.query.js';

export type KeyState = 'active' | 'rotating' | 'expiring' | 'expired' | 'revoked';

const soonMs = 14 * 86_400_000;
const isAfter = (moment: string | null, now: number): boolean => moment !== null && Date.parse(moment) > now;

/** What matters most about a key: that it is dead, that it soon will be, that two of it work. */
export function keyState(key: ApiKey, now: number): KeyState {
  if (key.revoked_at !== null) return 'revoked';
  if (key.expires_at !== null && !isAfter(key.expires_at, now)) return 'expired';
  if (key.expires_at !== null && !isAfter(key.expires_at, now + soonMs)) return 'expiring';
  return isAfter(key.previous_expires_at, now) ? 'rotating' : 'active';
}

/** Whether the former key of the last rotation still works. */
export const isOverlapping = (key: ApiKey, now: number): boolean =>
  key.revoked_at === null && isAfter(key.previous_expires_at, now);

export const isUsable = (state: KeyState): boolean => state !== 'revoked' && state !== 'expired';

const hourMs = 3_600_000;

/**
 * When a key ends that is asked for now: in so many days to the full hour (pressed again, it is the same request), at the end
 * of a day, at a moment, or never.
 */
export function expiryOf(choice: string, date: string, now: number): string | undefined {
  if (choice === 'never') return undefined;
  if (choice === 'date') return `${date}T23:59:59Z`;
  if (!/^\d+$/.test(choice)) return choice;
  return new Date(Math.ceil((now + Number(choice) * 86_400_000) / hourMs) * hourMs).toISOString();
}
