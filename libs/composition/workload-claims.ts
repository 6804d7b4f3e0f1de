/**
 * Whether a token's claims are those of an identity: each that it names must be there with one of its values, and of a
 * list one member is enough. A value that ends in `*` says how the claim must begin.
 */
export function matchesClaims(
  wanted: Readonly<Record<string, string | readonly string[]>>,
  claims: Readonly<Record<string, unknown>>,
): boolean {
  const all = Object.entries(wanted);
  return all.length > 0 && all.every(([name, patterns]) => hasClaim(claims, name, [patterns].flat()));
}

function hasClaim(
  claims: Readonly<Record<string, unknown>>,
  name: string,
  patterns: readonly string[],
): boolean {
  const values = Object.hasOwn(claims, name) ? [claims[name]].flat() : [];
  return values.some(
    (value) => typeof value === 'string' && patterns.some((pattern) => matches(pattern, value)),
  );
}

function matches(pattern: string, value: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
