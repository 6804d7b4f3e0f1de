import { Problem } from '../problem/problem.js';

/** The ETag of a row's version, or of a digest where there is no row (RFC 9110 8.8.3). */
export function entityTag(version: number | string): string {
  return `"${version}"`;
}

/**
 * Refuses a change of something that changed meanwhile (RFC 9110 13.1.1); without If-Match all is fine. The problem
 * carries the ETag of today and, where it is given, what the caller may read of it: theirs beside mine.
 */
export function checkIfMatch(
  header: string | undefined,
  version: number | string,
  current?: () => unknown,
): void {
  if (header === undefined || header.trim() === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  const etag = entityTag(version);
  if (tags.includes(etag)) return;
  throw new Problem('precondition-failed', `Its ETag is now ${etag}; read it again.`, {
    headers: { etag },
    members: { etag, ...(current && { current: current() }) },
  });
}
