import { z } from 'zod';

const longest = 255;
const encoded = /^~([\w-]+)$/;

/**
 * Your id of an end user as a path carries it: as it is, percent-encoded; or `~` and the base64url of its UTF-8, which
 * every id has that begins with `~` or holds what no path may carry, such as a slash.
 */
export const endUserIdSchema = z
  .string()
  .min(1)
  .max(500)
  .transform((given, context) => {
    const id = given.startsWith('~') ? decoded(given) : given;
    if (id !== undefined && id.length <= longest && !/\p{Cc}/u.test(id)) return id;
    context.addIssue({
      code: 'custom',
      message:
        'must be the id as it is, or ~ and the base64url of its UTF-8; at most 255 characters, none of control',
    });
    return z.NEVER;
  })
  .describe(
    'Your own id of the person. One that begins with `~`, or holds a slash, a backslash or a `%`: `~` and the base64url of it.',
  );

function decoded(given: string): string | undefined {
  const base64url = encoded.exec(given)?.[1];
  if (base64url === undefined) return undefined;
  const bytes = Buffer.from(base64url, 'base64url');
  // One id has one spelling.
  if (bytes.toString('base64url') !== base64url) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
