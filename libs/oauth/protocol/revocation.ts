import * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';
import { asMetadata, type AuthorizationServer, endpointOf } from './authorization-server.js';
import { basicCredentials, clientAuth, type OAuthClient } from './client-authentication.js';
import type { TokenTypeHint } from './introspection.js';
import { type RawAnswer, readAnswer } from './raw-answer.js';
import type { RequestFormat } from './request-format.js';
import { send, type Wire } from './wire.js';

/** What revoking one token ends: that token alone, its whole grant, or every grant the user gave this client. */
export type RevocationReach = 'token' | 'grant' | 'user_grants';

/** How a provider wants to be told. */
export interface RevocationRules {
  /** `rfc7009`: a form with client authentication. Else the token goes where `tokenIn` says. */
  shape: 'rfc7009' | 'own';
  method: 'POST' | 'DELETE';
  /** `path`: in place of `{token}` in the endpoint; `{client_id}` is filled in too. */
  tokenIn: 'form' | 'json' | 'path' | 'bearer';
  parameter: string;
  authentication: 'basic' | 'none';
  /** Which tokens to revoke, in this order. */
  tokens: readonly TokenTypeHint[];
  reach: RevocationReach;
  /** Where success is said in the body (Slack's `ok`). */
  success: { pointer: string; equals: string | number | boolean } | null;
  errorCodes: readonly string[];
  /** Codes that mean that the token is dead already: what was wanted. */
  goneCodes: readonly string[];
  /** Statuses that mean the same. */
  goneStatuses: readonly number[];
}

/** RFC 7009: refresh token first, then access token. */
export const standardRevocation: RevocationRules = {
  shape: 'rfc7009',
  method: 'POST',
  tokenIn: 'form',
  parameter: 'token',
  authentication: 'basic',
  tokens: ['refresh_token', 'access_token'],
  reach: 'grant',
  success: null,
  errorCodes: ['/error'],
  goneCodes: ['invalid_token'],
  goneStatuses: [],
};

export interface RevocationRequest {
  server: AuthorizationServer;
  client: OAuthClient;
  format: RequestFormat;
  rules: RevocationRules;
  token: string;
  tokenTypeHint: TokenTypeHint;
  wire: Wire;
}

/** RFC 7009 §2.1, or the provider's own way. Safe to repeat. @throws OAuthError before the wire, or what fetch throws */
export async function sendRevocation(request: RevocationRequest): Promise<RawAnswer> {
  return request.rules.shape === 'rfc7009' ? sendStandard(request) : sendOwn(request);
}

async function sendStandard(request: RevocationRequest): Promise<RawAnswer> {
  const { server, client, format, token, tokenTypeHint, wire } = request;
  const metadata = asMetadata(server, 'revocation');
  const authentication = await clientAuth(client, format);
  return send(wire, server, format, (options) =>
    oauth.revocationRequest(metadata, { client_id: client.clientId }, authentication, token, {
      ...options,
      additionalParameters: { token_type_hint: tokenTypeHint },
    }),
  );
}

async function sendOwn({ server, client, rules, token, wire }: RevocationRequest): Promise<RawAnswer> {
  const url = endpointFor(server, rules, client.clientId, token);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (rules.tokenIn === 'bearer') headers['authorization'] = `Bearer ${token}`;
  else if (rules.authentication === 'basic') {
    if (!('secret' in client.authentication)) throw new OAuthError('request-invalid', { phase: 'not_sent' });
    headers['authorization'] = basicCredentials(client.clientId, client.authentication.secret);
  }
  if (rules.tokenIn === 'json') headers['content-type'] = 'application/json';
  if (rules.tokenIn === 'form') headers['content-type'] = 'application/x-www-form-urlencoded;charset=UTF-8';
  const body = bodyOf(rules, token);
  const response = await wire.fetch(url, { method: rules.method, headers, body, signal: wire.signal });
  return readAnswer(response, wire.now());
}

/** Placeholders are filled before the URL is parsed and checked: a `{` in a path would come out escaped. */
function endpointFor(
  server: AuthorizationServer,
  { tokenIn }: RevocationRules,
  clientId: string,
  token: string,
): string {
  const template = server.endpoints.revocation?.replaceAll('{client_id}', encodeURIComponent(clientId));
  const filled = tokenIn === 'path' ? template?.replaceAll('{token}', encodeURIComponent(token)) : template;
  return endpointOf({ ...server, endpoints: { revocation: filled } }, 'revocation').href;
}

function bodyOf({ tokenIn, parameter }: RevocationRules, token: string): FetchBody {
  if (tokenIn === 'form') return new URLSearchParams({ [parameter]: token });
  return tokenIn === 'json' ? JSON.stringify({ [parameter]: token }) : undefined;
}

type FetchBody = URLSearchParams | string | undefined;
