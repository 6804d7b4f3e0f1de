import { duration } from '../../ui/number.js';
import type { Slot } from './connection.query.js';

/** Of a token: where on its bar is what, as parts of its life (0 to 1). */
export interface Life {
  due: number | undefined;
  now: number;
  isOver: boolean;
}

/** Undefined where its begin or its end is not known. */
export function lifeOf(
  slot: Pick<Slot, 'issued_at' | 'expires_at' | 'refresh_due_at'>,
  now: number,
): Life | undefined {
  if (slot.issued_at === null || slot.expires_at === null) return undefined;
  const from = Date.parse(slot.issued_at);
  const length = Date.parse(slot.expires_at) - from;
  if (length <= 0) return undefined;
  const part = (at: number): number => Math.min(1, Math.max(0, (at - from) / length));
  return {
    due: slot.refresh_due_at === null ? undefined : part(Date.parse(slot.refresh_due_at)),
    now: part(now),
    isOver: now >= from + length,
  };
}

/** As relative times count: whole units that are left, never rounded up. */
export function timeLeft(seconds: number): string {
  const unit = seconds < 90 ? 1 : seconds < 90 * 60 ? 60 : seconds < 36 * 3_600 ? 3_600 : 86_400;
  return duration(Math.floor(seconds / unit) * unit);
}
