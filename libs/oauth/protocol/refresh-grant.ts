import * as oauth from 'oauth4webapi';
import { asMetadata, type AuthorizationServer } from './authorization-server.js';
import { clientAuth, type OAuthClient } from './client-authentication.js';
import type { RawAnswer } from './raw-answer.js';
import type { RequestFormat } from './request-format.js';
import { resourceParameters } from './resource-parameter.js';
import { send, type Wire } from './wire.js';

export interface RefreshGrant {
  server: AuthorizationServer;
  client: OAuthClient;
  format: RequestFormat;
  refreshToken: string;
  resource?: readonly string[];
  wire: Wire;
}

/**
 * RFC 6749 §6, without `scope`: what was granted stays granted. Answers what came, to be landed before it is parsed.
 * @throws OAuthError before the wire, or what fetch throws: see phaseOf
 */
export async function sendRefresh(grant: RefreshGrant): Promise<RawAnswer> {
  const { server, client, format, refreshToken, wire } = grant;
  const metadata = asMetadata(server, 'refresh');
  const authentication = await clientAuth(client, format);
  return send(wire, server, format, (options) =>
    oauth.refreshTokenGrantRequest(metadata, { client_id: client.clientId }, authentication, refreshToken, {
      ...options,
      additionalParameters: resourceParameters(grant.resource),
    }),
  );
}
