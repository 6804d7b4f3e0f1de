/** An end user's id as the path of the API carries it; it refuses what no path may carry, such as a slash. */
export function pathOfEndUser(id: string): string {
  if (!/^~|[/\\%]|^\.{1,2}$/.test(id)) return id;
  const bytes = String.fromCodePoint(...new TextEncoder().encode(id));
  return `~${btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}
