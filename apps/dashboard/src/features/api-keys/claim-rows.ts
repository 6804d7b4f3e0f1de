import { linesOf } from '../../ui/line-errors.js';

/** A claim as it is typed: its values one a line. */
export interface ClaimRow {
  claim: string;
  values: string;
}

export type Claims = Record<string, string | string[]>;

/** Rows that are filled in, as the API takes them; a single value stands alone. */
export function claimsOf(rows: readonly ClaimRow[]): Claims {
  const filled = rows
    .map(({ claim, values }) => [claim.trim(), linesOf(values)] as const)
    .filter(([claim, values]) => claim !== '' && values.length > 0);
  return Object.fromEntries(
    filled.map(([claim, values]) => [claim, values.length === 1 ? values[0]! : values]),
  );
}

export const rowsOf = (claims: Claims): ClaimRow[] =>
  Object.entries(claims).map(([claim, value]) => ({ claim, values: [value].flat().join('\n') }));

/** The row that a pointer such as `/claims/sub/0` is about. */
export function rowAt(rows: readonly ClaimRow[], pointer: string): number {
  const claim = pointer.split('/')[2]?.replaceAll('~1', '/').replaceAll('~0', '~');
  return rows.findIndex((row) => row.claim.trim() === claim);
}

/** A JWKS as it is typed: nothing, the document, or undefined where it is none. */
export function parsedJwks(text: string): { keys: Record<string, unknown>[] } | null | undefined {
  if (text.trim() === '') return null;
  try {
    const parsed: unknown = JSON.parse(text);
    const keys = (parsed as { keys?: unknown } | null)?.keys;
    return Array.isArray(keys) ? { keys: keys as Record<string, unknown>[] } : undefined;
  } catch {
    return undefined;
  }
}
