import type * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';

export type EndpointName =
  | 'authorization'
  | 'token'
  | 'refresh'
  | 'revocation'
  | 'introspection'
  | 'jwks'
  | 'userinfo'
  /** OpenID Connect RP-Initiated Logout 1.0. */
  | 'end_session';

/** What the procedures need to know of an authorization server; from a profile, or from discovered metadata. */
export interface AuthorizationServer {
  /** Exact; `{tenantid}` stands for the ID token's `tid` (Entra's multi-tenant issuers). Absent: not known. */
  issuer?: string;
  endpoints: Partial<Record<EndpointName, string>>;
  /** RFC 9207 §2.4: `iss` must come with every authorization response. */
  issuerInResponse: boolean;
  /** As metadata lists them; absent: the server does not say. */
  codeChallengeMethods?: readonly string[];
  idTokenAlgorithms: readonly string[];
  /** Plain http to a loopback address: the sandbox, outside production. */
  allowHttp: boolean;
}

/** Where a request goes. Refreshes use their own endpoint where there is one. @throws OAuthError endpoint-missing, -insecure */
export function endpointOf(server: AuthorizationServer, name: EndpointName): URL {
  const value = server.endpoints[name] ?? (name === 'refresh' ? server.endpoints.token : undefined);
  if (value === undefined) throw new OAuthError('endpoint-missing', { phase: 'not_sent' });
  if (!isSecureEndpoint(value, server.allowHttp))
    throw new OAuthError('endpoint-insecure', { phase: 'not_sent' });
  return new URL(value);
}

/** https, or http on a loopback address where that is allowed; no credentials, no fragment (RFC 6749 §3.1). */
export function isSecureEndpoint(value: string, allowHttp: boolean): boolean {
  const url = URL.parse(value);
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && allowHttp && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The same server in oauth4webapi's words, with `endpoint` checked. */
export function asMetadata(
  server: AuthorizationServer,
  endpoint: EndpointName,
): oauth.AuthorizationServer & { issuer: string } {
  const url = endpointOf(server, endpoint).href;
  const field = endpoint === 'refresh' ? 'token_endpoint' : (`${endpoint}_endpoint` as const);
  return {
    // A client assertion needs an audience: the endpoint's URL where no one issuer is known (RFC 7523 §3).
    issuer: hasOneIssuer(server) ? server.issuer : url,
    [field]: url,
    authorization_response_iss_parameter_supported: server.issuerInResponse,
  };
}

/** Whether there is one exact issuer to compare with. */
export function hasOneIssuer(
  server: AuthorizationServer,
): server is AuthorizationServer & { issuer: string } {
  return server.issuer !== undefined && !server.issuer.includes('{tenantid}');
}
