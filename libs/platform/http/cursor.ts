import { z } from 'zod';
import { Problem } from '../problem/problem.js';

/** `?limit=` and `?cursor=` of every list; extend it with filters. */
export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(1_000).optional(),
});

/** An opaque cursor: what the last row of a page was sorted by. */
export function encodeCursor(position: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/** The position in a cursor, of the given shape. @throws Problem `invalid-cursor` */
export function decodeCursor<T>(cursor: string | undefined, shape: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  const parsed = shape.safeParse(jsonOf(cursor));
  if (parsed.success) return parsed.data;
  throw new Problem('invalid-cursor', 'Pass next_cursor of the page before, or no cursor to begin.');
}

function jsonOf(cursor: string): unknown {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    // NUL cannot be stored by Postgres, so no row can have it.
    return text.includes('\\u0000') ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A page out of `limit + 1` rows: the extra one only says that there are more. */
export function page<Row, View>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => readonly (string | number | null)[],
  view: (row: Row) => View,
): { data: View[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(view),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null,
  };
}

/** The schema of a page of `item`. */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return z.strictObject({ data: z.array(item), next_cursor: z.string().nullable() }).meta({ id });
}
