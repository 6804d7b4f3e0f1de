import { errors, type Client, type ResourceServer } from 'oidc-provider';
import type { Personas } from '../personas/personas.js';
import { scopes } from './scopes.js';

/** The audience of tokens for our own API; also the default when a client names no resource. */
export const apiResource = (issuer: string): string => `${issuer}/api`;
/** A second resource that nobody serves: its tokens must be refused everywhere else. */
export const archiveResource = (issuer: string): string => `${issuer}/archive`;

/** What a resource indicator (RFC 8707) stands for, in the eyes of the client's persona. */
export function resourceServer(
  issuer: string,
  personas: Personas,
  resource: string,
  client: Client,
): ResourceServer {
  if (resource !== apiResource(issuer) && resource !== archiveResource(issuer))
    throw new errors.InvalidTarget();
  const persona = personas.ofClient(client);
  return {
    scope: scopes.join(' '),
    audience: resource,
    accessTokenTTL: persona.access_token_ttl_seconds,
    accessTokenFormat: persona.access_token_format,
    jwt: { sign: { alg: 'RS256' } },
  };
}
