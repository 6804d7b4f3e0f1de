import { kindOf } from './object-place.js';

/** Tokens whoever made them: by a name beside them, or by how they begin, wherever in the text. */
const forms: readonly RegExp[] = [
  /(?<![^\s:="'`])bearer\s+\S{8,}/i,
  /[?&#;](?:access_|refresh_|id_)?token=[^\s&]{8,}/i,
  /(?<!\w)eyJ[\w-]+\.[\w-]*\.[\w-]*/,
  /(?<!\w)(?:gh[opsur]_|github_pat_|xox[a-z]-|ya29\.|sk_|rk_|glpat-|shpat_|Atz[ar]\|)\S{14,}/,
  /(?<![^\s:="'`])1\/\/[\w-]{16,}/,
  // Salesforce: the organization’s id and a secret; Microsoft, of consumer accounts.
  /(?<!\w)00D[a-zA-Z\d]{12,15}![\w.]{8,}/,
  /(?<!\w)M\.[CR]\d+_\S{14,}/,
];

/** Begin like this, but so may an id. */
const likely = /^(EAA|EwB|AQ)/;

/** Names of all kinds: what many platforms call their users, a UUID, a URL, a URN, a tag, an Auth0 id. */
const names: readonly RegExp[] = [
  /^user[_-][\w-]+$/,
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
  /^[a-z][\w+.-]*:/i,
  /^[a-z][a-z\d-]*\|[\w.|@-]+$/,
];
const address = /^[^\s@]+@[\w.-]+$/;

const bare = (pasted: string): string => pasted.trim().replace(/^["'`]+|["'`]+$/g, '');

/** In memory alone: what the lookup did not know, and somebody then took for an id. */
const ids = new Set<string>();

/** From now on it looks like no token: it may enter a URL. */
export function takeForId(text: string): void {
  ids.add(bare(text));
}

/** What is a token beyond doubt, if not one of ours. */
export function hasTokenForm(pasted: string): boolean {
  const text = bare(pasted);
  return !address.test(text) && forms.some((form) => form.test(text));
}

/**
 * Whether something pasted may be a token: of a known form, or a long unbroken run (RFC 6749 §A.12: any visible
 * character) that is no name and none of our ids. What looks like one is looked up by POST and enters no URL.
 */
export function looksLikeToken(pasted: string): boolean {
  if (hasTokenForm(pasted)) return true;
  const text = bare(pasted);
  if (ids.has(text) || !/^[\x21-\x7e]{20,}$/.test(text)) return false;
  if (kindOf(text) !== undefined || address.test(text) || names.some((name) => name.test(text))) return false;
  return likely.test(text) || (text.length >= 32 && /\d/.test(text) && /[a-z]/i.test(text));
}
