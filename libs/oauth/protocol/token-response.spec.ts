import fc from 'fast-check';
import { interpretTokenAnswer } from './interpret-token-answer.js';
import { decodeRawAnswer, encodeRawAnswer, type RawAnswer } from './raw-answer.js';
import { parseTokenAnswer, type SlotTokens } from './token-response.js';
import { standardTokenRules, type TokenRules } from './token-rules.js';

const receivedAt = Date.parse('2026-11-21T00:00:00Z');
const raw = (body: unknown, rest: Partial<RawAnswer> = {}): RawAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  receivedAt,
  ...rest,
});
const rules = (changes: Partial<TokenRules>): TokenRules => ({ ...standardTokenRules, ...changes });

function tokens(
  body: unknown,
  by: TokenRules = standardTokenRules,
  rest: Partial<RawAnswer> = {},
): SlotTokens {
  const parsed = parseTokenAnswer(by, raw(body, rest));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fault));
  return parsed.answer.tokens[0];
}
const jwt = (claims: object) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

const plain = {
  access_token: 'at',
  token_type: 'bearer',
  expires_in: 3600,
  refresh_token: 'rt',
  scope: 'a b',
};

describe('a token answer', () => {
  it('as RFC 6749 has it', () => {
    expect(parseTokenAnswer(standardTokenRules, raw({ ...plain, id_token: 'x.y.z' }))).toEqual({
      ok: true,
      answer: {
        tokens: [
          {
            slot: 'default',
            accessToken: 'at',
            tokenType: 'Bearer',
            refreshToken: 'rt',
            scope: 'a b',
            expiresInMs: 3_600_000,
            expirySource: 'answer',
            refreshTokenExpiresInMs: null,
          },
        ],
        idToken: 'x.y.z',
        captured: {},
      },
    });
  });

  it('may leave out the refresh token, which is then the old one', () => {
    expect(tokens({ access_token: 'at', token_type: 'Bearer' }).refreshToken).toBeUndefined();
    expect(tokens({ ...plain, refresh_token: '' }).refreshToken).toBeUndefined();
    expect(tokens({ ...plain, refresh_token: null }).refreshToken).toBeUndefined();
  });

  it('may be form-encoded, whatever its content type says', () => {
    const form =
      'access_token=ghu_1&expires_in=28800&refresh_token=ghr_1&refresh_token_expires_in=15897600&scope=&token_type=bearer';
    expect(tokens(form, standardTokenRules, { headers: {} })).toMatchObject({
      accessToken: 'ghu_1',
      expiresInMs: 28_800_000,
      refreshTokenExpiresInMs: 15_897_600_000,
      scope: '',
    });
    expect(tokens(plain, standardTokenRules, { headers: { 'content-type': 'text/html' } }).accessToken).toBe(
      'at',
    );
    expect(tokens(`\uFEFF${JSON.stringify(plain)}\n`).accessToken).toBe('at');
  });

  it('may name no token type where the rules have one to fall back on', () => {
    const { token_type: _, ...rest } = plain;
    expect(tokens(rest).tokenType).toBe('Bearer');
    const strict = rules({ tokenType: { fallback: null, aliases: {} } });
    expect(parseTokenAnswer(strict, raw(rest))).toMatchObject({
      fault: { reason: 'token-type-unsupported' },
    });
    expect(parseTokenAnswer(standardTokenRules, raw({ ...plain, token_type: 'mac' }))).toMatchObject({
      ok: false,
    });
    const odd = rules({ tokenType: { fallback: null, aliases: { bot: 'Bearer' } } });
    expect(tokens({ ...plain, token_type: 'bot' }, odd).tokenType).toBe('Bearer');
  });

  it('without a lifetime: by the JWT, by the default, or not known', () => {
    const { expires_in: _, ...rest } = plain;
    const issued = receivedAt / 1000 - 999_999;
    const timed = { ...rest, access_token: jwt({ iat: issued, exp: issued + 900 }) };
    expect(tokens(timed)).toMatchObject({ expiresInMs: 900_000, expirySource: 'jwt' });
    const untimed = { ...rest, access_token: jwt({ exp: receivedAt / 1000 + 600 }) };
    expect(tokens(untimed)).toMatchObject({ expiresInMs: 600_000 });
    // By the server's clock, not by ours.
    const headers = { date: new Date(receivedAt + 300_000).toUTCString() };
    expect(tokens(untimed, standardTokenRules, { headers })).toMatchObject({ expiresInMs: 300_000 });
    const defaulted = rules({ lifetime: { ...standardTokenRules.lifetime, defaultMs: 7_200_000 } });
    expect(tokens(rest, defaulted)).toMatchObject({ expiresInMs: 7_200_000, expirySource: 'default' });
    expect(tokens(rest)).toMatchObject({ expiresInMs: null, expirySource: 'none' });
    expect(tokens({ ...plain, expires_in: 'soon' })).toMatchObject({ expirySource: 'none' });
  });

  it('lists scopes by the provider’s separator, or as an array', () => {
    const commas = rules({ scopeSeparator: ',' });
    expect(tokens({ ...plain, scope: 'a,b, c' }, commas).scope).toBe('a b c');
    expect(tokens({ ...plain, scope: 'a+b' }, rules({ scopeSeparator: '+' })).scope).toBe('a b');
    expect(tokens({ ...plain, scope: ['a', 'b'] }).scope).toBe('a b');
  });

  it('holds several slots, of which a refresh asks for one', () => {
    const two = rules({
      slots: [
        { slot: 'bot', at: '' },
        { slot: 'user', at: '/authed_user' },
      ],
    });
    const body = { access_token: 'b', authed_user: { id: 'U1', access_token: 'u', refresh_token: 'ur' } };
    const all = parseTokenAnswer(two, raw(body));
    expect(all).toMatchObject({
      answer: {
        tokens: [
          { slot: 'bot', accessToken: 'b' },
          { slot: 'user', accessToken: 'u', refreshToken: 'ur' },
        ],
      },
    });
    const own = parseTokenAnswer(two, raw(body), 'user');
    expect(own).toMatchObject({ answer: { tokens: [{ slot: 'user', accessToken: 'u' }] } });
    const top = parseTokenAnswer(two, raw({ access_token: 'u2', refresh_token: 'ur2' }), 'user');
    expect(top).toMatchObject({ answer: { tokens: [{ slot: 'user', accessToken: 'u2' }] } });
    expect(parseTokenAnswer(two, raw({ authed_user: body.authed_user }))).toMatchObject({
      answer: { tokens: [{ slot: 'user' }] },
    });
  });

  it('keeps of the rest what the rules name', () => {
    const by = rules({ capture: { instance: '/instance_url', org: '/org/id', none: '/x' } });
    const body = { ...plain, instance_url: 'https://eu1.example', org: { id: 7 } };
    expect(parseTokenAnswer(by, raw(body))).toMatchObject({
      answer: { captured: { instance: 'https://eu1.example', org: '7' } },
    });
  });

  it.each([
    ['', 'no-document'],
    ['<html></html>', 'no-document'],
    ['[1]', 'no-document'],
    ['{"access_token":', 'no-document'],
    [{}, 'no-access-token'],
    [{ access_token: null }, 'no-access-token'],
    [{ access_token: 7 }, 'token-malformed'],
    [{ access_token: 'a\r\nX-Evil: 1' }, 'token-malformed'],
    [{ access_token: 'at', refresh_token: ['rt'] }, 'token-malformed'],
  ])('%j is not understood: %s', (body, reason) => {
    expect(parseTokenAnswer(standardTokenRules, raw(body))).toEqual({
      ok: false,
      fault: { kind: 'not-understood', reason },
    });
  });

  it('is an error answer where it has a code, in a 200 too', () => {
    const error = { ok: false, fault: { kind: 'error-answer', code: 'invalid_grant' } };
    expect(parseTokenAnswer(standardTokenRules, raw({ error: 'invalid_grant' }))).toEqual(error);
    expect(parseTokenAnswer(standardTokenRules, raw({ error: 'invalid_grant' }, { status: 400 }))).toEqual(
      error,
    );
    const okRules = rules({ success: { pointer: '/ok', equals: true } });
    expect(parseTokenAnswer(okRules, raw({ ...plain, ok: false, error: 'invalid_grant' }))).toEqual(error);
    expect(parseTokenAnswer(okRules, raw(plain))).toMatchObject({ fault: { reason: 'no-success' } });
  });

  it('never throws and never answers a token that a header could not carry', () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ access_token: fc.string() }).map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(body, fc.integer({ min: 200, max: 599 }), (text, status) => {
        const parsed = parseTokenAnswer(standardTokenRules, raw(text, { status }));
        return (
          !parsed.ok || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(parsed.answer.tokens[0].accessToken)
        );
      }),
    );
  });

  it('is tokens or a failure with a class, in one call', () => {
    const failures = { codeAt: standardTokenRules.errorCodes, codes: {}, patterns: [] };
    const interpret = (answer: RawAnswer) =>
      interpretTokenAnswer({ tokens: standardTokenRules, failures, raw: answer });
    expect(interpret(raw(plain))).toMatchObject({ kind: 'tokens' });
    expect(interpret(raw({ error: 'invalid_grant' }, { status: 400 }))).toMatchObject({
      kind: 'failure',
      failure: { class: 'REAUTHORIZE' },
    });
    expect(interpret(raw('{}'))).toMatchObject({ failure: { class: 'PROTOCOL', code: 'no_access_token' } });
  });
});

describe('a landed answer', () => {
  it('comes back byte for byte', () => {
    const headers = fc.dictionary(fc.constantFrom('date', 'content-type'), fc.string());
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), headers, fc.uint8Array(), (status, some, body) => {
        const answer: RawAnswer = { status, headers: some, body: Buffer.from(body), receivedAt };
        expect(decodeRawAnswer(new Uint8Array(encodeRawAnswer(answer)))).toEqual(answer);
      }),
    );
  });

  it.each([
    '',
    '\u0002abcde',
    '\u0001\u0000\u0000\u0000\u00ff{}',
    '\u0001\u0000\u0000\u0000\u0002[]',
    '\u0001\u0000\u0000\u0000\u0002x{',
  ])('that is not one is refused: %j', (text) => {
    expect(() => decodeRawAnswer(Buffer.from(text, 'latin1'))).toThrow('cannot be read back');
  });
});
