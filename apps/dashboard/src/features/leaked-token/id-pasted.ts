import { hasTokenForm } from '../../ui/token-like.js';
import type { TokenResult } from './leaked-token.query.js';

/** What a search takes. */
const longest = 200;

/** What was asked, where it may be an end user’s id after all: one word that is no token of ours, nor plainly another’s. */
export function idPasted(tokens: readonly string[], results: readonly TokenResult[]): string | undefined {
  const [text] = tokens;
  if (text === undefined || results.length !== 1 || results[0]?.found) return undefined;
  return /^\S+$/.test(text) && text.length <= longest && !hasTokenForm(text) ? text : undefined;
}
