import fc from 'fast-check';
import { standardTokenRules } from '../protocol/token-rules.js';
import { classifyFailure, type FailureVocabulary } from './classify-failure.js';
import { type FailureClass, failureClasses, needsResolver } from './failure-class.js';
import { rotationModes } from './rotation-mode.js';
import { standardCodes } from './standard-codes.js';

const vocabulary: FailureVocabulary = {
  codeAt: standardTokenRules.errorCodes,
  codes: { gone_fishing: 'REAUTHORIZE' },
  patterns: [],
};
const answered = (status: number, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  classifyFailure(vocabulary, {
    phase: 'answered',
    raw: { status, headers, body: Buffer.from(body), receivedAt: 0 },
  });

describe('a failed token request', () => {
  it('that was not sent is tried again; one whose answer is missing is ambiguous', () => {
    expect(classifyFailure(vocabulary, { phase: 'not_sent', code: 'dns-failed' })).toMatchObject({
      class: 'TRANSIENT',
      code: 'dns-failed',
      mayHaveSpent: false,
    });
    expect(classifyFailure(vocabulary, { phase: 'ambiguous', code: 'connection-lost' })).toMatchObject({
      class: 'AMBIGUOUS',
      mayHaveSpent: true,
    });
  });

  it('asks for its user only by a code that is known to mean that', () => {
    const known = new Set([
      'gone_fishing',
      ...[...standardCodes].filter(([, meant]) => meant === 'REAUTHORIZE').map(([code]) => code),
    ]);
    const code = fc.oneof(
      fc.constantFrom('gone_fishing', 'invalid_grant', 'access_denied', 'toString'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), code, (status, error) => {
        const failure = answered(status, JSON.stringify({ error }));
        return failure.class !== 'REAUTHORIZE' || (known.has(error) && status < 500 && status !== 429);
      }),
    );
  });

  it('has a class and a safe code, whatever came', () => {
    const headers = fc.dictionary(fc.constantFrom('retry-after', 'date', 'www-authenticate'), fc.string());
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.uint8Array(), headers, (status, body, some) => {
        const failure = answered(status, body, some);
        const wait = failure.retryAfterMs ?? 1000;
        return (
          failureClasses.includes(failure.class) &&
          /^[\w.:-]{1,64}$/.test(failure.code) &&
          wait >= 1000 &&
          wait <= 3_600_000
        );
      }),
    );
  });

  it('shows no code that could be a token', () => {
    const token = fc.base64String({ minLength: 32, maxLength: 60 });
    let shown = 0;
    fc.assert(
      fc.property(token, (error) => {
        if (answered(400, JSON.stringify({ error })).code === error && /\d/.test(error.slice(0, 24))) shown++;
      }),
    );
    expect(shown).toBe(0);
  });

  it('leaves to the resolver what may have spent a token that is not good for long', () => {
    const failure = (failureClass: FailureClass, mayHaveSpent: boolean) => ({
      class: failureClass,
      code: 'x',
      recognised: true,
      mayHaveSpent,
    });
    const resolving = (failureClass: FailureClass, spent: boolean) =>
      rotationModes.filter((mode) => needsResolver(failure(failureClass, spent), mode));
    expect(resolving('AMBIGUOUS', true)).toEqual([...rotationModes]);
    expect(resolving('TRANSIENT', true)).toEqual(['A', 'B', 'C', 'D']);
    expect(resolving('TRANSIENT', false)).toEqual([]);
    expect(resolving('PROTOCOL', true)).toEqual([]);
  });
});
