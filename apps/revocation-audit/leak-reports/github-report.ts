import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '#platform';
import { tokenCandidates } from '../token-lookups/token-candidates.js';

const word = /^[\w.-]{1,100}$/;
const longestUrl = 4_000;
const longestPlace = 500;

/** More members may come. What is said of a token beside it is no reason to miss the token. */
const reportSchema = z
  .array(
    z.object({
      token: z.string().min(1).max(20_000),
      type: z.string().regex(word).optional().catch(undefined),
      url: z.string().max(longestUrl).nullish().catch(undefined),
      source: z.string().regex(word).nullish().catch(undefined),
    }),
  )
  .max(10_000);

/** One token of a report. */
export interface ReportedToken {
  token: string;
  type: string;
  /** Where it was found, as far as that is kept; empty where it is not told. */
  place: string;
}

/** The tokens of a report whose signature is good. @throws Problem `invalid-request` that repeats nothing of it */
export function readGithubReport(body: Buffer): ReportedToken[] {
  const result = reportSchema.safeParse(jsonOf(body));
  if (!result.success)
    throw new Problem('invalid-request', 'It is not a list of tokens as GitHub reports them.', {
      errors: result.error.issues.slice(0, 20).map(({ path }) => ({
        pointer: typeof path[0] === 'number' ? `/${path[0]}` : '',
        detail: 'is malformed',
      })),
    });
  return result.data.map(({ token, type, url, source }) => {
    const spellings = tokenCandidates(token);
    const shown = (text: string | null | undefined) => withoutToken(text ?? '', spellings);
    return {
      token,
      type: shown(type) || 'unknown',
      place: shown(placeOf(url)).slice(0, longestPlace) || shown(source),
    };
  });
}

/** GitHub asks which of the tokens are real. It takes their hashes for that, so that no token goes over the wire again. */
export function githubVerdict({ token, type }: ReportedToken, isOurs: boolean) {
  return {
    token_hash: createHash('sha256').update(token, 'utf8').digest('base64'),
    token_type: type,
    label: isOurs ? ('true_positive' as const) : ('false_positive' as const),
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A query or a fragment may hold secrets of others. */
function placeOf(url: string | null | undefined): string {
  const parsed = URL.parse(url ?? '');
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') return '';
  return `${parsed.origin}${parsed.pathname}`;
}

/** Nothing where the token itself stands in it, in any spelling that we would find it by. */
function withoutToken(text: string, spellings: readonly string[]): string {
  const readings = tokenCandidates(text).concat(text);
  const isInside = spellings.some((one) => readings.some((reading) => reading.includes(one)));
  return isInside ? '' : text;
}
