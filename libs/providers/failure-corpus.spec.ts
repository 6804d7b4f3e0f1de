import { classifyFailure, type FailureClass, type FailureVocabulary, standardTokenRules } from '#oauth';
import { ProviderCatalogue } from './provider-catalogue.js';

const catalogue = new ProviderCatalogue({ sandboxOrigin: 'http://127.0.0.1:4006' });
const codeAt = standardTokenRules.errorCodes;

/** Vocabularies of providers whose profiles are not built in. */
const others: Record<string, FailureVocabulary> = {
  hydra: {
    codeAt,
    codes: {},
    patterns: [{ status: 400, code: 'invalid_request', bodyIncludes: 'retry', class: 'TRANSIENT' }],
  },
  hubspot: {
    codeAt: ['/status', '/error'],
    codes: {
      BAD_REFRESH_TOKEN: 'REAUTHORIZE',
      BAD_CLIENT_ID: 'CLIENT_CONFIG',
      BAD_CLIENT_SECRET: 'CLIENT_CONFIG',
    },
    patterns: [],
  },
  zoho: {
    codeAt,
    codes: { invalid_code: 'REAUTHORIZE', invalid_client_secret: 'CLIENT_CONFIG' },
    patterns: [{ bodyIncludes: 'Access Denied', class: 'THROTTLED' }],
  },
  tiktok: { codeAt: ['/data/error_code', '/code', '/error'], codes: { 10010: 'REAUTHORIZE' }, patterns: [] },
};

function vocabularyOf(provider: string): FailureVocabulary {
  const settings = provider === 'custom' ? { issuer: 'https://as.example' } : {};
  return others[provider] ?? catalogue.resolve(provider, settings).failures;
}

interface Case {
  from: string;
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  class: FailureClass;
  code: string;
  /** Ours by the status alone. */
  guess?: true;
  spent?: true;
  /** It says that the token had been used before. */
  reuse?: true;
  retryAfterMs?: number;
}

const c = (
  from: string,
  status: number,
  body: unknown,
  failureClass: FailureClass,
  code: string,
  rest: Partial<Case> = {},
): Case => ({ from, status, body, class: failureClass, code, ...rest });

const html = '<!doctype html><html><head><title>502 Bad Gateway</title></head></html>';

const corpus: Case[] = [
  // Of providers and servers without a profile of their own, by the standard words.
  c(
    'custom',
    400,
    { error: 'invalid_grant', error_description: 'Session not active' },
    'REAUTHORIZE',
    'invalid_grant',
  ),
  c(
    'custom',
    400,
    { error: 'invalid_grant', error_description: 'Maximum allowed refresh token reuse exceeded' },
    'REAUTHORIZE',
    'invalid_grant',
    { reuse: true },
  ),
  c(
    'custom',
    403,
    { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    'REAUTHORIZE',
    'invalid_grant',
  ),
  c(
    'custom',
    401,
    {
      error: 'invalid_client',
      error_description: 'The client secret supplied for a confidential client is invalid.',
    },
    'CLIENT_CONFIG',
    'invalid_client',
    { headers: { 'www-authenticate': 'Basic' } },
  ),
  c(
    'custom',
    400,
    { error: 'invalid_client', error_description: 'client credentials are invalid' },
    'CLIENT_CONFIG',
    'invalid_client',
  ),
  c(
    'custom',
    429,
    { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit due to too many requests.' },
    'THROTTLED',
    'E0000047',
    { headers: { 'retry-after': '12' }, retryAfterMs: 12_000 },
  ),
  c('custom', 429, { error: 'too_many_attempts' }, 'THROTTLED', 'too_many_attempts'),
  c('custom', 502, { error: 'invalid_client' }, 'TRANSIENT', 'invalid_client', { spent: true }),
  c('custom', 504, { message: 'Endpoint request timed out' }, 'TRANSIENT', 'http_504', { spent: true }),
  c('custom', 200, '', 'PROTOCOL', 'not_understood', { spent: true, guess: true }),
  c('custom', 200, html, 'PROTOCOL', 'not_understood', { spent: true, guess: true }),
  c('custom', 400, html, 'TRANSIENT', 'http_400', { guess: true }),
  c('custom', 404, { message: 'Not Found' }, 'TRANSIENT', 'http_404', { guess: true }),
  c('custom', 302, '', 'TRANSIENT', 'http_302', { guess: true }),

  // The grant is over.
  c(
    'custom',
    400,
    { error: 'invalid_grant', error_description: 'Token is expired' },
    'REAUTHORIZE',
    'invalid_grant',
  ),
  c('sandbox', 400, { error: 'invalid_grant' }, 'REAUTHORIZE', 'invalid_grant'),
  c(
    'google',
    400,
    { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    'REAUTHORIZE',
    'invalid_grant',
  ),
  c('google', 400, { error: 'invalid_grant', error_subtype: 'invalid_rapt' }, 'REAUTHORIZE', 'invalid_grant'),
  c(
    'github',
    200,
    { error: 'bad_refresh_token', error_description: 'The refresh token passed is incorrect or expired.' },
    'REAUTHORIZE',
    'bad_refresh_token',
  ),
  c(
    'github',
    200,
    'error=bad_refresh_token&error_description=The+refresh+token+passed+is+incorrect+or+expired.',
    'REAUTHORIZE',
    'bad_refresh_token',
  ),
  c('github', 200, { error: 'bad_verification_code' }, 'REAUTHORIZE', 'bad_verification_code'),
  c('slack', 200, { ok: false, error: 'invalid_refresh_token' }, 'REAUTHORIZE', 'invalid_refresh_token'),
  c('slack', 200, { ok: false, error: 'token_revoked' }, 'REAUTHORIZE', 'token_revoked'),
  c('slack', 200, { ok: false, error: 'account_inactive' }, 'REAUTHORIZE', 'account_inactive'),
  c(
    'atlassian',
    403,
    { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    'REAUTHORIZE',
    'invalid_grant',
  ),
  c(
    'atlassian',
    403,
    { error: 'unauthorized_client', error_description: 'refresh_token is invalid' },
    'REAUTHORIZE',
    'unauthorized_client',
  ),
  c(
    'microsoft',
    400,
    {
      error: 'invalid_grant',
      error_description: 'AADSTS700082: The refresh token has expired due to inactivity.',
      error_codes: [700082],
    },
    'REAUTHORIZE',
    'invalid_grant',
  ),
  c(
    'microsoft',
    400,
    { error: 'interaction_required', error_description: 'AADSTS50076', suberror: 'basic_action' },
    'REAUTHORIZE',
    'interaction_required',
  ),
  c(
    'hubspot',
    400,
    { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' },
    'REAUTHORIZE',
    'BAD_REFRESH_TOKEN',
  ),
  c('zoho', 200, { error: 'invalid_code' }, 'REAUTHORIZE', 'invalid_code'),
  c(
    'tiktok',
    200,
    { data: { error_code: 10010, description: 'Refresh token expired' }, message: 'error' },
    'REAUTHORIZE',
    '10010',
  ),
  c('custom', 401, { error: 'invalid_grant' }, 'REAUTHORIZE', 'invalid_grant', {
    headers: { 'www-authenticate': 'Basic realm="x"' },
  }),
  // Our client is wrong, not the connection.
  c('custom', 401, { error: 'invalid_client' }, 'CLIENT_CONFIG', 'invalid_client'),
  c('custom', 400, { error: 'unauthorized_client' }, 'CLIENT_CONFIG', 'unauthorized_client'),
  c('custom', 400, { error: 'unsupported_grant_type' }, 'CLIENT_CONFIG', 'unsupported_grant_type'),
  c('custom', 401, '', 'CLIENT_CONFIG', 'http_401', {
    headers: { 'www-authenticate': 'Basic realm="token"' },
  }),
  c(
    'google',
    401,
    { error: 'deleted_client', error_description: 'The OAuth client was deleted.' },
    'CLIENT_CONFIG',
    'deleted_client',
  ),
  c(
    'github',
    200,
    { error: 'incorrect_client_credentials' },
    'CLIENT_CONFIG',
    'incorrect_client_credentials',
  ),
  c('slack', 200, { ok: false, error: 'bad_client_secret' }, 'CLIENT_CONFIG', 'bad_client_secret'),
  c(
    'atlassian',
    401,
    { error: 'access_denied', error_description: 'Unauthorized' },
    'TRANSIENT',
    'access_denied',
    { guess: true },
  ),
  c(
    'atlassian',
    403,
    { error: 'unauthorized_client', error_description: 'Grant type not allowed for the client.' },
    'CLIENT_CONFIG',
    'unauthorized_client',
  ),
  c(
    'microsoft',
    401,
    {
      error: 'invalid_client',
      error_description: 'AADSTS7000222: The provided client secret keys are expired.',
    },
    'CLIENT_CONFIG',
    'invalid_client',
  ),
  c('hubspot', 400, { status: 'BAD_CLIENT_SECRET' }, 'CLIENT_CONFIG', 'BAD_CLIENT_SECRET'),
  c('zoho', 200, { error: 'invalid_client' }, 'CLIENT_CONFIG', 'invalid_client'),
  // Slower, please.
  c('custom', 429, 'Too Many Requests', 'THROTTLED', 'http_429', {
    headers: { 'retry-after': '30' },
    retryAfterMs: 30_000,
  }),
  c('custom', 429, { error: 'invalid_grant' }, 'THROTTLED', 'invalid_grant'),
  c('custom', 429, '', 'THROTTLED', 'http_429', {
    headers: { 'retry-after': 'Sat, 21 Nov 2026 00:02:00 GMT', date: 'Sat, 21 Nov 2026 00:00:00 GMT' },
    retryAfterMs: 120_000,
  }),
  c('custom', 429, '', 'THROTTLED', 'http_429', {
    headers: { 'retry-after': '86400' },
    retryAfterMs: 3_600_000,
  }),
  c('custom', 429, '', 'THROTTLED', 'http_429', { headers: { 'retry-after': '0' }, retryAfterMs: 1000 }),
  c('custom', 429, '', 'THROTTLED', 'http_429', { headers: { 'retry-after': 'soon' } }),
  c('slack', 200, { ok: false, error: 'ratelimited' }, 'THROTTLED', 'ratelimited'),
  c('google', 403, { error: 'rateLimitExceeded' }, 'THROTTLED', 'rateLimitExceeded'),
  c('github', 403, { message: 'You have exceeded a secondary rate limit.' }, 'THROTTLED', 'http_403', {
    headers: { 'retry-after': '60' },
    retryAfterMs: 60_000,
  }),
  c('github', 403, { message: 'API rate limit exceeded' }, 'THROTTLED', 'http_403', {
    headers: {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1795219245',
      date: 'Sat, 21 Nov 2026 00:00:00 GMT',
    },
    retryAfterMs: 45_000,
  }),
  c(
    'zoho',
    200,
    {
      error_description: 'You have made too many requests continuously.',
      error: 'Access Denied',
      status: 'failure',
    },
    'THROTTLED',
    'http_200',
  ),
  c('custom', 400, { error: 'slow_down' }, 'THROTTLED', 'slow_down'),
  // Later.
  c('custom', 503, { error: 'temporarily_unavailable' }, 'TRANSIENT', 'temporarily_unavailable'),
  c('custom', 503, '', 'TRANSIENT', 'http_503', { headers: { 'retry-after': '120' }, retryAfterMs: 120_000 }),
  c('custom', 503, html, 'TRANSIENT', 'http_503', { spent: true }),
  c('custom', 500, { error: 'server_error' }, 'TRANSIENT', 'server_error', { spent: true }),
  c('custom', 500, { error: 'invalid_grant' }, 'TRANSIENT', 'invalid_grant', { spent: true }),
  c('custom', 502, html, 'TRANSIENT', 'http_502', { spent: true }),
  c('custom', 504, 'upstream request timeout', 'TRANSIENT', 'http_504', { spent: true }),
  c('custom', 520, 'error code: 520', 'TRANSIENT', 'http_520', { spent: true }),
  c('custom', 408, '', 'TRANSIENT', 'http_408'),
  c('custom', 425, '', 'TRANSIENT', 'http_425'),
  c('custom', 400, { error: 'use_dpop_nonce' }, 'TRANSIENT', 'use_dpop_nonce'),
  c(
    'hydra',
    400,
    { error: 'invalid_request', error_description: 'The request was concurrent; please retry the request.' },
    'TRANSIENT',
    'invalid_request',
  ),
  c('slack', 200, { ok: false, error: 'service_unavailable' }, 'TRANSIENT', 'service_unavailable'),
  c('google', 500, { error: 'internal_failure' }, 'TRANSIENT', 'internal_failure', { spent: true }),
  c(
    'microsoft',
    503,
    { error: 'temporarily_unavailable', error_description: 'AADSTS90033' },
    'TRANSIENT',
    'temporarily_unavailable',
  ),
  // Not known: never the end of a connection.
  c('custom', 400, { error: 'invalid_request' }, 'TRANSIENT', 'invalid_request', { guess: true }),
  c('custom', 400, { error: 'invalid_scope' }, 'TRANSIENT', 'invalid_scope', { guess: true }),
  c(
    'custom',
    400,
    { error: 'refresh_token_is_gone_for_good' },
    'TRANSIENT',
    'refresh_token_is_gone_for_good',
    { guess: true },
  ),
  c('custom', 400, 'Bad Request', 'TRANSIENT', 'http_400', { guess: true }),
  c('custom', 401, '', 'TRANSIENT', 'http_401', { guess: true }),
  c('custom', 403, html, 'TRANSIENT', 'http_403', { guess: true }),
  c('custom', 404, html, 'TRANSIENT', 'http_404', { guess: true }),
  c('custom', 302, '', 'TRANSIENT', 'http_302', { guess: true }),
  c('custom', 400, { error: { message: 'nested', type: 'OAuthException', code: 190 } }, 'TRANSIENT', '190', {
    guess: true,
  }),
  c('custom', 400, { error: 'ya29.a0AfH6SMBx7Q2c9dJk3Lm5No8Pq1Rs4Tu6Vw0Xy' }, 'TRANSIENT', 'http_400', {
    guess: true,
  }),
  // A success that nobody understands: it may hold the only refresh token.
  c('custom', 200, html, 'PROTOCOL', 'not_understood', { guess: true, spent: true }),
  c('custom', 200, '', 'PROTOCOL', 'not_understood', { guess: true, spent: true }),
  c('custom', 200, { token_type: 'Bearer' }, 'PROTOCOL', 'not_understood', { guess: true, spent: true }),
  c('custom', 204, '', 'PROTOCOL', 'not_understood', { guess: true, spent: true }),
  c('slack', 200, { ok: false, error: 'something_new' }, 'PROTOCOL', 'something_new', {
    guess: true,
    spent: true,
  }),
  c('slack', 200, { ok: false }, 'PROTOCOL', 'not_understood', { guess: true, spent: true }),
];

const receivedAt = Date.parse('2026-11-21T00:00:00Z');

describe('answers of real servers', () => {
  it.each(
    corpus.map(
      (one) => [one.from, one.status, JSON.stringify(one.body).slice(0, 60), one.class, one] as const,
    ),
  )('%s, %i %s: %s', (_from, _status, _body, _class, one) => {
    const body = Buffer.from(typeof one.body === 'string' ? one.body : JSON.stringify(one.body));
    const raw = { status: one.status, headers: one.headers ?? {}, body, receivedAt };
    expect(classifyFailure(vocabularyOf(one.from), { phase: 'answered', raw })).toEqual({
      class: one.class,
      code: one.code,
      httpStatus: one.status,
      retryAfterMs: one.retryAfterMs,
      recognised: one.guess === undefined,
      mayHaveSpent: one.spent ?? false,
      tellsReuse: one.reuse,
    });
  });
});
