const most = 10_000;
const longest = 20_000;

export type Pasted =
  | { kind: 'tokens'; tokens: string[] }
  | { kind: 'nothing' }
  | { kind: 'many'; count: number }
  /** By its place, from 1: what it says is never repeated. */
  | { kind: 'long'; line: number };

/** One value a line, blank lines left out. */
export function pastedLines(text: string): Pasted {
  const tokens = text.split('\n').flatMap((line) => line.trim() || []);
  if (tokens.length === 0) return { kind: 'nothing' };
  if (tokens.length > most) return { kind: 'many', count: tokens.length };
  const long = tokens.findIndex((token) => token.length > longest);
  return long < 0 ? { kind: 'tokens', tokens } : { kind: 'long', line: long + 1 };
}
