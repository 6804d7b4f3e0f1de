import * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';
import { type AuthorizationServer, endpointOf } from './authorization-server.js';
import { createPkcePair } from './pkce.js';

/** How a provider wants to be asked. */
export interface AuthorizationRules {
  scopeSeparator: string;
  /** Asked for in addition to whatever the integration wants, such as `offline_access`. */
  alwaysScopes: readonly string[];
  /** Scopes with this prefix go, without it, into a parameter of their own (Slack's `user_scope`). */
  prefixedScopes: readonly { prefix: string; parameter: string }[];
  /** Added to every request, such as Google's `access_type=offline`. */
  parameters: Readonly<Record<string, string>>;
  /** Added where a scope is asked for; OpenID Connect Core §11 wants `prompt=consent` with `offline_access`. */
  parametersByScope: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `demanded`: a server whose metadata does not list S256 is refused. */
  pkce: 'off' | 'on' | 'demanded';
  openid: boolean;
  /** RFC 8707. */
  resourceParameter: boolean;
  /** Standard parameter name to the provider's own. */
  rename: Readonly<Record<string, string>>;
  /** Parameters of the callback that belong to the connection, such as `realmId`. */
  capture: readonly string[];
  /** Whether a code exchange without a refresh token means that the opt-in was forgotten. */
  expectsRefreshToken: boolean;
}

export interface AuthorizationSecrets {
  codeVerifier?: string;
  nonce?: string;
}

export interface BegunAuthorization {
  url: string;
  /** 256 random bits: store its hash, and bind it to the browser. */
  state: string;
  /** To be sealed with the request and deleted on use. */
  secrets: AuthorizationSecrets;
}

export interface AuthorizationRequest {
  server: AuthorizationServer;
  rules: AuthorizationRules;
  clientId: string;
  redirectUri: string;
  scopes: readonly string[];
  resource?: readonly string[];
  loginHint?: string;
}

/** RFC 6749 §4.1.1 with PKCE, `state`, and for OpenID providers `nonce`. @throws OAuthError pkce-unsupported, endpoint-… */
export async function beginAuthorization(request: AuthorizationRequest): Promise<BegunAuthorization> {
  const { server, rules } = request;
  const url = endpointOf(server, 'authorization');
  assertPkce(server, rules);
  const scopes = [...new Set([...request.scopes, ...rules.alwaysScopes])];
  const state = oauth.generateRandomState();
  const secrets: AuthorizationSecrets = {};
  const query = new URLSearchParams(extraParameters(rules, scopes));
  query.set('response_type', 'code');
  query.set('client_id', request.clientId);
  query.set('redirect_uri', request.redirectUri);
  query.set('state', state);
  for (const [name, value] of scopeParameters(rules, scopes)) query.set(name, value);
  if (rules.pkce !== 'off') {
    const { codeVerifier, codeChallenge } = await createPkcePair();
    secrets.codeVerifier = codeVerifier;
    query.set('code_challenge', codeChallenge);
    query.set('code_challenge_method', 'S256');
  }
  if (rules.openid && scopes.includes('openid')) {
    secrets.nonce = oauth.generateRandomNonce();
    query.set('nonce', secrets.nonce);
  }
  if (request.loginHint !== undefined) query.set('login_hint', request.loginHint);
  if (rules.resourceParameter)
    for (const resource of request.resource ?? []) query.append('resource', resource);
  for (const [name, value] of query) url.searchParams.append(rules.rename[name] ?? name, value);
  return { url: url.href, state, secrets };
}

/** RFC 9700 §2.1.1: a server that lists its methods and lacks S256 would ignore the challenge. */
function assertPkce(server: AuthorizationServer, { pkce }: AuthorizationRules): void {
  if (pkce === 'off') return;
  const supported = server.codeChallengeMethods?.includes('S256') ?? pkce !== 'demanded';
  if (!supported) throw new OAuthError('pkce-unsupported', { phase: 'not_sent' });
}

function extraParameters(rules: AuthorizationRules, scopes: readonly string[]): Record<string, string> {
  return Object.assign(
    { ...rules.parameters },
    ...scopes.map((scope) => rules.parametersByScope[scope]),
  ) as Record<string, string>;
}

function* scopeParameters(rules: AuthorizationRules, scopes: readonly string[]): Generator<[string, string]> {
  let rest = [...scopes];
  for (const { prefix, parameter } of rules.prefixedScopes) {
    const taken = rest.filter((scope) => scope.startsWith(prefix));
    rest = rest.filter((scope) => !scope.startsWith(prefix));
    const bare = taken.map((scope) => scope.slice(prefix.length));
    if (bare.length > 0) yield [parameter, bare.join(rules.scopeSeparator)];
  }
  if (rest.length > 0) yield ['scope', rest.join(rules.scopeSeparator)];
}
