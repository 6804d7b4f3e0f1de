const most = 20;

/** `key: value` each; undefined where one is not of that form, a key comes twice, or there are too many. */
export function tagsOf(entries: readonly string[]): Record<string, string> | undefined {
  const tags: Record<string, string> = {};
  for (const entry of entries) {
    const [, key = '', value = ''] = /^([^:]*):(.*)$/s.exec(entry) ?? [];
    if (!isWord(key.trim(), 40) || !isWord(value.trim(), 200)) return undefined;
    if (Object.hasOwn(tags, key.trim())) return undefined;
    tags[key.trim()] = value.trim();
  }
  return Object.keys(tags).length <= most ? tags : undefined;
}

function isWord(text: string, longest: number): boolean {
  return text.length > 0 && text.length <= longest && !/\p{Cc}/u.test(text);
}
