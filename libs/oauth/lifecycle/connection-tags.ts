import { z } from 'zod';

/** The caller's own words about a connection. */
export type ConnectionTags = Record<string, string>;

/** Of one connection. */
export const mostTags = 20;

// A colon ends the key where a list is filtered by a tag.
const key = z.string().regex(/^[^:\p{Cc}]{1,40}$/u, 'must be 1 to 40 characters, without colon');
const value = z.string().regex(/^[^\p{Cc}]{1,200}$/u, 'must be 1 to 200 characters');

export const connectionTagsSchema = z
  .record(key, value)
  .refine((tags) => Object.keys(tags).length <= mostTags, `must not be more than ${mostTags}`)
  .meta({
    id: 'ConnectionTags',
    description:
      'Your own words: at most 20, keys of at most 40 characters without colon, values of at most 200. Whoever reads the connection or its events sees them, and the audit log keeps them: never secrets.',
    maxProperties: mostTags,
  });

export const tagChangesSchema = z
  .record(key, value.nullable())
  .refine((tags) => Object.keys(tags).length <= 2 * mostTags, `must not be more than ${2 * mostTags}`)
  .meta({
    id: 'ConnectionTagChanges',
    description:
      'As JSON Merge Patch (RFC 7396): what is named is set, null deletes, the rest stays. At most 20 in the end; never secrets.',
    maxProperties: 2 * mostTags,
  });

/** One tag to filter a list by. */
export const tagQuerySchema = z
  .string()
  .regex(/^[^:\p{Cc}]{1,40}:[^\p{Cc}]{1,200}$/u, 'must be key:value')
  .describe('`key:value`, exactly.');

/** @param text as of `tagQuerySchema` */
export function tagsOfQuery(text: string): ConnectionTags {
  const at = text.indexOf(':');
  return { [text.slice(0, at)]: text.slice(at + 1) };
}

export interface TagChange {
  /** As they are afterwards. */
  tags: ConnectionTags;
  set: ConnectionTags;
  deleted: string[];
}

/** What a change does; undefined where it does nothing. */
export function changeTags(
  before: ConnectionTags,
  changes: Readonly<Record<string, string | null>>,
): TagChange | undefined {
  const old = new Map(Object.entries(before));
  const tags = new Map(old);
  const set = new Map<string, string>();
  for (const [name, to] of Object.entries(changes)) {
    if (to === null) tags.delete(name);
    else tags.set(name, to);
    if (to !== null && old.get(name) !== to) set.set(name, to);
  }
  const deleted = [...old.keys()].filter((name) => !tags.has(name));
  if (set.size === 0 && deleted.length === 0) return undefined;
  return { tags: Object.fromEntries(tags), set: Object.fromEntries(set), deleted };
}
