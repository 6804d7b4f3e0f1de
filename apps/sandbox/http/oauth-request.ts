import { decodeJwt } from 'jose';
import type { Endpoint } from '../faults/fault.js';

/** What can be told about a request before the provider has seen it. */
export interface OauthRequest {
  endpoint: Endpoint;
  client: string | undefined;
  grantType: string | undefined;
  /** The code or token that the request spends or names. */
  presented: { kind: string; value: string } | undefined;
}

const endpointOfPath: Readonly<Record<string, Endpoint>> = {
  '/authorize': 'authorization',
  '/token': 'token',
  '/userinfo': 'userinfo',
  '/introspect': 'introspection',
  '/revoke': 'revocation',
  '/jwks': 'jwks',
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/oauth-authorization-server': 'discovery',
  '/device_authorization': 'device_authorization',
  '/par': 'par',
  '/register': 'registration',
};

export const endpointOf = (path: string): Endpoint | undefined =>
  endpointOfPath[path] ??
  (path.startsWith('/api/') ? 'api' : oddRevocationOf(path) ? 'revocation' : undefined);

/** Revocation in other shapes than RFC 7009's: the token in the path, or as the bearer's own. */
export const oddRevocationOf = (path: string): 'path' | 'bearer' | undefined => {
  if (path === '/revoke-bearer') return 'bearer';
  return /^\/revoke\/[^/]+$/.test(path) ? 'path' : undefined;
};

/** Reads the client from where RFC 6749 §2.3 and RFC 7523 let it be; nothing is verified here. */
export function clientOf(form: URLSearchParams, authorization: string | undefined): string | undefined {
  const [scheme, credentials] = (authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'basic' && credentials) {
    const [id] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    return id ? formDecoded(id) : undefined;
  }
  const assertion = form.get('client_assertion');
  return form.get('client_id') ?? (assertion ? subjectOf(assertion) : undefined);
}

/** What the form spends or asks about, in the words of the grant type. */
export function presentedIn(endpoint: Endpoint, form: URLSearchParams): OauthRequest['presented'] {
  const names = endpoint === 'token' ? ['refresh_token', 'code', 'device_code'] : ['token'];
  for (const name of names) {
    const value = form.get(name);
    if (value) return { kind: name === 'code' ? 'authorization_code' : name, value };
  }
  return undefined;
}

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}

function subjectOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}
