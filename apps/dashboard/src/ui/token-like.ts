import { kindOf } from './object-place.js';

/**
 * Whether something pasted may be a token: a JWT, a provider's known prefix, `Bearer …`, or a long unbroken run that
 * is none of our ids. What looks like one is looked up by POST and enters no URL.
 */
export function looksLikeToken(pasted: string): boolean {
  const text = pasted.trim().replace(/^["'`]+|["'`]+$/g, '');
  if (/^bearer\s+\S{8,}/i.test(text)) return true;
  if (/\s/.test(text) || text.length < 20 || text.includes('@')) return false;
  if (kindOf(text) !== undefined) return false;
  // What many platforms name their users by.
  if (/^user[_-][\w-]+$/.test(text) || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return false;
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]*/.test(text)) return true;
  if (/^(gh[opsur]_|github_pat_|xox[a-z]-|ya29\.|1\/\/|sk_|rk_|glpat-|EAA|AQ|shpat_)/.test(text)) return true;
  return text.length >= 32 && /^[\w.~+/%=-]+$/.test(text) && /\d/.test(text) && /[a-z]/i.test(text);
}
