import * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';
import { readDocument } from './answer-document.js';
import { asMetadata, type AuthorizationServer } from './authorization-server.js';
import { clientAuth, type OAuthClient } from './client-authentication.js';
import type { RawAnswer } from './raw-answer.js';
import type { RequestFormat } from './request-format.js';
import { send, type Wire } from './wire.js';

export type TokenTypeHint = 'access_token' | 'refresh_token';

export interface IntrospectionRequest {
  server: AuthorizationServer;
  client: OAuthClient;
  format: RequestFormat;
  token: string;
  tokenTypeHint?: TokenTypeHint;
  wire: Wire;
}

export interface Introspection {
  active: boolean;
  scope?: string;
  subject?: string;
  expiresAt?: Date;
}

/** RFC 7662 §2.1. Asking is no use of the token. */
export async function sendIntrospection(request: IntrospectionRequest): Promise<RawAnswer> {
  const { server, client, format, token, tokenTypeHint, wire } = request;
  const metadata = asMetadata(server, 'introspection');
  const authentication = await clientAuth(client, format);
  return send(wire, server, format, (options) =>
    oauth.introspectionRequest(metadata, { client_id: client.clientId }, authentication, token, {
      ...options,
      additionalParameters: tokenTypeHint ? { token_type_hint: tokenTypeHint } : {},
    }),
  );
}

/** RFC 7662 §2.2. An error says nothing of the token. @throws OAuthError introspection-not-understood */
export function interpretIntrospection(raw: RawAnswer): Introspection {
  const document = raw.status === 200 ? readDocument(raw, 'json') : undefined;
  if (typeof document?.['active'] !== 'boolean') throw new OAuthError('introspection-not-understood');
  const { active, scope, sub, exp } = document;
  return {
    active,
    scope: typeof scope === 'string' ? scope : undefined,
    subject: typeof sub === 'string' ? sub : undefined,
    expiresAt: typeof exp === 'number' && Number.isFinite(exp) ? new Date(exp * 1000) : undefined,
  };
}
