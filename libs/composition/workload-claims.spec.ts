import { matchesClaims } from './workload-claims.js';

const claims = {
  sub: 'repo:acme/shop:ref:refs/heads/main',
  groups: ['ci', 'deployers'],
  number: 7,
  nested: { sub: 'x' },
};

describe('claims', () => {
  it.each<[string, Record<string, string | string[]>]>([
    ['exactly', { sub: 'repo:acme/shop:ref:refs/heads/main' }],
    ['by how they begin', { sub: 'repo:acme/shop:*' }],
    ['by one of several values', { sub: ['repo:acme/other:*', 'repo:acme/shop:*'] }],
    ['by one member of a list', { groups: 'deployers' }],
    ['all together', { sub: 'repo:acme/*', groups: ['admins', 'ci'] }],
  ])('match %s', (_how, wanted) => expect(matchesClaims(wanted, claims)).toBe(true));

  it.each<[string, Record<string, string | string[]>]>([
    ['nothing is wanted', {}],
    ['the value is another', { sub: 'repo:acme/shop' }],
    ['they begin otherwise', { sub: 'repo:evil/*' }],
    ['only one of two holds', { sub: 'repo:acme/*', groups: 'admins' }],
    ['a claim is missing', { repository: 'acme/shop' }],
    ['a claim is inherited', { toString: 'x*', constructor: 'x*' }],
    ['a claim is no text', { number: '7', nested: 'x*' }],
  ])('do not match where %s', (_why, wanted) => expect(matchesClaims(wanted, claims)).toBe(false));

  it('do not match by a star of their own', () => {
    expect(matchesClaims({ sub: 'repo:acme/shop' }, { sub: 'repo:*' })).toBe(false);
  });
});
