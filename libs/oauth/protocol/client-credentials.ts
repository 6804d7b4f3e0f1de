import * as oauth from 'oauth4webapi';
import { asMetadata, type AuthorizationServer } from './authorization-server.js';
import { clientAuth, type OAuthClient } from './client-authentication.js';
import type { RawAnswer } from './raw-answer.js';
import type { RequestFormat } from './request-format.js';
import { resourceParameters } from './resource-parameter.js';
import { send, type Wire } from './wire.js';

export interface ClientCredentialsGrant {
  server: AuthorizationServer;
  client: OAuthClient;
  format: RequestFormat;
  scopes: readonly string[];
  scopeSeparator: string;
  resource?: readonly string[];
  wire: Wire;
}

/** RFC 6749 §4.4. Answers what came, uninterpreted. @throws OAuthError before the wire, or what fetch throws */
export async function sendClientCredentials(grant: ClientCredentialsGrant): Promise<RawAnswer> {
  const { server, client, format, scopes, scopeSeparator, wire } = grant;
  const metadata = asMetadata(server, 'token');
  const authentication = await clientAuth(client, format);
  const parameters = resourceParameters(grant.resource);
  if (scopes.length > 0) parameters.set('scope', scopes.join(scopeSeparator));
  return send(wire, server, format, (options) =>
    oauth.clientCredentialsGrantRequest(
      metadata,
      { client_id: client.clientId },
      authentication,
      parameters,
      options,
    ),
  );
}
