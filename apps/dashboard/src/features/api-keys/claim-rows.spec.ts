import { expect, test } from '@jest/globals';
import { claimsOf, parsedJwks, rowAt, rowsOf } from './claim-rows.js';

test('one value of a claim stands alone, several are a list', () => {
  expect(
    claimsOf([
      { claim: 'ref', values: 'refs/heads/main' },
      { claim: ' sub ', values: 'a\n\n b* ' },
    ]),
  ).toEqual({ ref: 'refs/heads/main', sub: ['a', 'b*'] });
});

test('rows that are not filled in are not asked for', () => {
  expect(
    claimsOf([
      { claim: 'sub', values: ' ' },
      { claim: '', values: 'x' },
    ]),
  ).toEqual({});
});

test('what was stored is what is edited', () => {
  const claims = { sub: ['a', 'b'], ref: 'c' };
  expect(claimsOf(rowsOf(claims))).toEqual(claims);
});

test('finds the row of a claim whose name holds a slash', () => {
  expect(
    rowAt(
      [
        { claim: 'sub', values: '' },
        { claim: 'kubernetes.io/x', values: '' },
      ],
      '/claims/kubernetes.io~1x/0',
    ),
  ).toBe(1);
});

test('takes keys only from a document that has some', () => {
  expect(parsedJwks(' ')).toBeNull();
  expect(parsedJwks('{"keys":[{"kty":"OKP"}]}')).toEqual({ keys: [{ kty: 'OKP' }] });
  expect(parsedJwks('{"kty":"OKP"}')).toBeUndefined();
  expect(parsedJwks('{')).toBeUndefined();
});
