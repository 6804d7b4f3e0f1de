const printable = /^[\x21-\x7e]+$/;
// An encoded slash, backslash, dot, or any letter or digit hides a segment from whoever compares paths undecoded.
const hidden = /%(?:2[ef]|5[cf]|2d|7e|3[0-9]|[46][1-9a-f]|[57][0-9a]|[01][0-9a-f]|7f)/i;
const malformedEscape = /%(?![0-9a-f]{2})/i;
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * The path of a request target in origin form (RFC 9112 section 3.2.1), or undefined where two parsers could
 * read it differently: other forms, empty or dot segments, backslashes, fragments, needless or broken escapes.
 */
export function canonicalPath(target: string): string | undefined {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  if (!path.startsWith('/') || !printable.test(target) || target.includes('#')) return undefined;
  if (path.includes('//') || path.includes('\\') || dotSegment.test(path)) return undefined;
  if (path.includes('%') && (malformedEscape.test(path) || hidden.test(path) || !decodes(path)))
    return undefined;
  return path;
}

function decodes(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
