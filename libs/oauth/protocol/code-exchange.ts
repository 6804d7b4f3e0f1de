import * as oauth from 'oauth4webapi';
import type { AuthorizationCallback } from './authorization-response.js';
import { asMetadata, type AuthorizationServer } from './authorization-server.js';
import { clientAuth, type OAuthClient } from './client-authentication.js';
import type { RawAnswer } from './raw-answer.js';
import type { RequestFormat } from './request-format.js';
import { resourceParameters } from './resource-parameter.js';
import { send, type Wire } from './wire.js';

export interface CodeExchange {
  server: AuthorizationServer;
  client: OAuthClient;
  format: RequestFormat;
  callback: AuthorizationCallback;
  /** The very one of the authorization request (RFC 6749 §4.1.3). */
  redirectUri: string;
  codeVerifier?: string;
  resource?: readonly string[];
  wire: Wire;
}

/** RFC 6749 §4.1.3 with RFC 7636 §4.5. Answers what came, uninterpreted. @throws OAuthError before the wire, or what fetch throws */
export async function sendCodeExchange(exchange: CodeExchange): Promise<RawAnswer> {
  const { server, client, format, callback, redirectUri, codeVerifier, wire } = exchange;
  const metadata = asMetadata(server, 'token');
  const authentication = await clientAuth(client, format);
  return send(wire, server, format, (options) =>
    oauth.authorizationCodeGrantRequest(
      metadata,
      { client_id: client.clientId },
      authentication,
      callback.parameters,
      redirectUri,
      codeVerifier ?? oauth.nopkce,
      { ...options, additionalParameters: resourceParameters(exchange.resource) },
    ),
  );
}
