import * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';
import { safeCode } from './answer-document.js';
import { type AuthorizationServer, asMetadata, hasOneIssuer } from './authorization-server.js';

/** A callback that belongs to its request and brings a code. */
export interface AuthorizationCallback {
  /** As oauth4webapi validated them: the code exchange takes no others. */
  parameters: URLSearchParams;
  /** What the provider said beside the code, such as QuickBooks' `realmId`. */
  captured: Record<string, string>;
}

export interface AuthorizationResponse {
  server: AuthorizationServer;
  clientId: string;
  parameters: URLSearchParams;
  expectedState: string;
  capture?: readonly string[];
}

/**
 * RFC 6749 §4.1.2, RFC 9207: state, then issuer, then error, then code, so that a forged error answer ends nothing.
 * @throws OAuthError state-mismatch, issuer-missing, issuer-mismatch, authorization-denied, authorization-refused
 *   (with providerCode), code-missing, response-malformed
 */
export function readAuthorizationResponse(response: AuthorizationResponse): AuthorizationCallback {
  const parameters = new URLSearchParams(response.parameters);
  if (parameters.getAll('state').join('\n') !== response.expectedState)
    throw new OAuthError('state-mismatch');
  checkIssuer(response.server, parameters);
  const validated = validate(response, parameters);
  const [code, ...more] = validated.getAll('code');
  if (more.length > 0) throw new OAuthError('response-malformed');
  if (!code) throw new OAuthError('code-missing');
  return { parameters: validated, captured: capturedOf(response) };
}

/** RFC 9207 §2.4: simple string comparison. */
function checkIssuer(server: AuthorizationServer, parameters: URLSearchParams): void {
  const [issuer, ...more] = parameters.getAll('iss');
  if (!issuer) {
    if (server.issuerInResponse) throw new OAuthError('issuer-missing');
    return;
  }
  const comparable = hasOneIssuer(server);
  if (more.length > 0 || (comparable && issuer !== server.issuer)) throw new OAuthError('issuer-mismatch');
  if (!comparable) parameters.delete('iss');
}

function validate(
  { server, clientId, expectedState }: AuthorizationResponse,
  parameters: URLSearchParams,
): URLSearchParams {
  try {
    const metadata = asMetadata({ ...server, issuerInResponse: false }, 'token');
    return oauth.validateAuthResponse(metadata, { client_id: clientId }, parameters, expectedState);
  } catch (error) {
    if (error instanceof OAuthError) throw error;
    if (!(error instanceof oauth.AuthorizationResponseError)) throw new OAuthError('response-malformed');
    throw new OAuthError(error.error === 'access_denied' ? 'authorization-denied' : 'authorization-refused', {
      providerCode: safeCode(error.error),
    });
  }
}

function capturedOf({ capture = [], parameters }: AuthorizationResponse): Record<string, string> {
  const captured: Record<string, string> = {};
  for (const name of capture) {
    const value = parameters.get(name);
    if (value !== null && value.length <= 512) captured[name] = value;
  }
  return captured;
}
