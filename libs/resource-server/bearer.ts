import { AccessTokenError } from './access-token-error.js';

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 2.1); tokens in a body or a query are not taken.
 * @throws AccessTokenError `no-token` or `malformed-header`.
 */
export function bearerToken(header: string | readonly string[] | undefined): string {
  if (header === undefined || header.length === 0) throw new AccessTokenError('no-token');
  if (typeof header !== 'string') throw new AccessTokenError('malformed-header');
  // Another scheme is no attempt with a token, so it is told how to authenticate, not that it erred.
  if (!/^bearer(\s|$)/i.test(header)) throw new AccessTokenError('no-token');
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1];
  if (token === undefined) throw new AccessTokenError('malformed-header');
  return token;
}

/** The WWW-Authenticate header of a refusal (RFC 6750 3), or nothing where the fault is not the caller's. */
export function bearerChallenge(error: AccessTokenError, realm: string): string | undefined {
  if (error.code === 'temporarily_unavailable') return undefined;
  const parameters = [`realm=${quoted(realm)}`];
  // Who sent no token at all is told no error code (RFC 6750 3.1).
  if (error.code !== 'missing_token') {
    parameters.push(`error="${error.code}"`, `error_description=${quoted(error.message)}`);
  }
  if (error.requiredScopes.length > 0) parameters.push(`scope=${quoted(error.requiredScopes.join(' '))}`);
  return `Bearer ${parameters.join(', ')}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[^ -~]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
