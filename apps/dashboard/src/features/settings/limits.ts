/** One limit as the answer's headers name it. */
export interface Limit {
  name: string;
  quota: number;
  seconds: number;
  left: number | undefined;
}

/** Of `RateLimit-Policy` and `RateLimit`: `"key";q=600;w=60, …` and `"key";r=599;t=30, …`. */
export function limitsOf(policy: string | null, rest: string | null): Limit[] {
  const left = new Map(items(rest).map(([name, of]) => [name, of.r]));
  return items(policy).flatMap(([name, { q: quota, w: seconds }]) =>
    quota === undefined || seconds === undefined ? [] : [{ name, quota, seconds, left: left.get(name) }],
  );
}

function items(header: string | null): [name: string, parameters: Record<string, number | undefined>][] {
  return (header ?? '').split(',').flatMap((item) => {
    const [name, ...parameters] = item.trim().split(';');
    if (!name) return [];
    const pairs = parameters.map((each) => each.split('=')).map(([key = '', value]) => [key, Number(value)]);
    return [[name.replaceAll('"', ''), Object.fromEntries(pairs) as Record<string, number>]];
  });
}
