import { readFileSync } from 'node:fs';
import { tokenCandidates } from './token-candidates.js';

const opaque = 'sbx_at.4/0AfJ+x~y_z-==';
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl_-';
const encoded = encodeURIComponent(opaque);

describe('a pasted value', () => {
  it.each([opaque, jwt])('is itself, and nothing is asked for twice: %s', (token) => {
    expect(tokenCandidates(token)).toEqual([token]);
  });

  it.each([
    ['whitespace', ` \t${opaque}\r\n`],
    ['invisible characters', `\ufeff${opaque}\u200b`],
    ['double quotes', `"${opaque}"`],
    ['single quotes', `'${opaque}'`],
    ['typographic quotes', `“${opaque}”`],
    ['backquotes and a comma', `\`${opaque}\`,`],
    ['Bearer', `Bearer ${opaque}`],
    ['bearer in quotes', `"bearer   ${opaque}"`],
    ['token', `token ${opaque}`],
    ['a header', `Authorization: Bearer ${opaque}`],
    ['a header in lower case', `authorization:token ${opaque}\n`],
    ["curl's header", `-H "Authorization: Bearer ${opaque}"`],
    ['a form', `access_token=${encoded}`],
    ['a form with more', `grant_type=refresh_token&refresh_token=${encoded}&client_id=x`],
    ['a link', `https://api.example/files?x=1&access_token=${encoded}#top`],
    ['a fragment', `https://app.example/#access_token=${encoded}`],
    ['URL encoding', encoded],
    ['URL encoding with a scheme', `Bearer%20${encoded}`],
    ['a JSON string', JSON.stringify(opaque)],
    ['a JSON string with escapes', `"${opaque.replaceAll('/', '\\/').replaceAll('=', '\\u003d')}"`],
    ['a member of JSON', `"access_token": "${opaque}",`],
    ['an answer of a token endpoint', JSON.stringify({ token_type: 'Bearer', refresh_token: opaque })],
    ['a line that was broken', `${opaque.slice(0, 9)}\n  ${opaque.slice(9)}`],
    ['all at once', `  "Authorization: Bearer ${encoded}" `],
  ])('is found in %s', (_, paste) => {
    expect(tokenCandidates(paste)).toContain(opaque);
  });

  it('keeps what looks like its end but is not', () => {
    const commas = `${',;'.repeat(1_000)}x`;
    expect(tokenCandidates(commas)).toEqual([commas]);
    expect(tokenCandidates(`${commas},;,;`)).toEqual([`${commas},;,;`, commas]);
  });

  // Such an expression begins anew at each of thousands of commas, and goes on to the last: quadratic.
  it('is read by no regular expression that its end alone anchors', () => {
    const source = readFileSync(new URL('token-candidates.ts', import.meta.url), 'utf8');
    expect(source.match(/\/[^/^\n]+[+*]\$\/[a-z]*/g) ?? []).toEqual([]);
  });

  it('unfolds to no more than eight, however it is made', () => {
    const nested = `"Authorization: Bearer token=${'%2522'.repeat(400)}Bearer ${'"'.repeat(400)}\n"`;
    expect(tokenCandidates(nested).length).toBeLessThanOrEqual(8);
  });

  it.each(['', '   ', '\u200b'])('of nothing is nothing', (blank) => {
    expect(tokenCandidates(blank)).toEqual([]);
  });
});
