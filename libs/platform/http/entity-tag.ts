import { Problem } from '../problem/problem.js';

/** The ETag of a row's version (RFC 9110 8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Refuses a change of something that changed meanwhile (RFC 9110 13.1.1); without If-Match all is fine. */
export function checkIfMatch(header: string | undefined, version: number): void {
  if (header === undefined || header.trim() === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.includes(entityTag(version)))
    throw new Problem('precondition-failed', `Its ETag is now ${entityTag(version)}; read it again.`);
}
