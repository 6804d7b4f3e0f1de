import { canonicalPath } from './request-target.js';
import { ownerOf } from '#platform';

describe('canonicalPath', () => {
  it.each([
    ['/', '/'],
    ['/v1/connections?q=a//b/../c%2f', '/v1/connections'],
    ['/v1/connections/con_1/token', '/v1/connections/con_1/token'],
    ['/connect/abc-_~.def', '/connect/abc-_~.def'],
    ['/assets/caf%C3%A9%20x.js', '/assets/caf%C3%A9%20x.js'],
    ['/v1/connections/', '/v1/connections/'],
    ['/.well-known/jwks.json', '/.well-known/jwks.json'],
    ['/a/...b/..c', '/a/...b/..c'],
  ])('reads %s as it stands', (target, path) => {
    expect(canonicalPath(target)).toBe(path);
  });

  it.each([
    '//metrics',
    '/v1//connections',
    '/v1/connections/../../metrics',
    '/v1/connections/..',
    '/./metrics',
    '/v1/connections/%2e%2e/%2e%2e/metrics',
    '/v1/connections/.%2E/metrics',
    '/v1/connections%2f..%2fmetrics',
    '/v1/connections%5c..%5cmetrics',
    '/v1/connections\\..\\metrics',
    '/%6detrics',
    '/%4Detrics',
    '/metric%73',
    '/v%31/connections',
    '/x%5F',
    '/v1/connections%00/metrics',
    '/v1/connections%0d%0a',
    '/v1/connections%7f',
    '/metrics#/v1/connections',
    '/v1/connections?a#b',
    '/v1/%',
    '/v1/%zz',
    '/v1/%c3%28',
    '/v1/\u00e9',
    'http://elsewhere/metrics',
    'metrics',
    '*',
    '',
  ])('refuses %j, which two parsers could read differently', (target) => {
    expect(canonicalPath(target)).toBeUndefined();
  });
});

describe('ownerOf', () => {
  it.each([
    ['/v1/connections', 'auth-flow'],
    ['/v1/connections/con_1/token', 'auth-flow'],
    ['/connect/some-token/start', 'auth-flow'],
    ['/oauth/callback/int_1', 'auth-flow'],
    ['/.well-known/jwks.json', 'auth-flow'],
    ['/v1/revocations', 'revocation-audit'],
    ['/v1/audit/entries', 'revocation-audit'],
    ['/admin/api/overview', 'admin'],
    ['/', 'admin'],
    ['/connections/con_1', 'admin'],
    ['/assets/index.js', 'admin'],
  ])('gives %s to %s', (path, owner) => {
    expect(ownerOf(path)).toBe(owner);
  });

  it.each([
    '/metrics',
    '/metrics/',
    '/METRICS',
    '/health/ready',
    '/Health/live',
    '/openapi.json',
    '/openapi.json/',
    '/internal/anything',
    '/v1',
    '/v1/',
    '/v1/unheard-of',
    '/V1/connections',
    '/v1/connectionsx',
    '/oauth/token',
    '/.well-known/openid-configuration',
    '/docs/../x',
    '/problems/',
  ])('lets nobody answer %s', (path) => {
    expect(ownerOf(path)).toBeUndefined();
  });
});
