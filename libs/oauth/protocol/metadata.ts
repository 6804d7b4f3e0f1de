import * as oauth from 'oauth4webapi';
import { OAuthError, type OAuthErrorCode } from '../oauth-error.js';
import { readDocument } from './answer-document.js';
import { type EndpointName, isSecureEndpoint } from './authorization-server.js';
import type { RawAnswer } from './raw-answer.js';
import { standardFormat } from './request-format.js';
import { send, type Wire } from './wire.js';

type MetadataEndpoint = Exclude<EndpointName, 'refresh'>;

/** What an authorization server says of itself: RFC 8414, OpenID Connect Discovery 1.0. */
export interface ServerMetadata {
  issuer: string;
  endpoints: Partial<Record<MetadataEndpoint, string>>;
  issuerInResponse: boolean;
  codeChallengeMethods?: string[];
  idTokenAlgorithms?: string[];
  clientAuthMethods?: string[];
  scopes?: string[];
}

/**
 * Asks the OpenID address, then RFC 8414's. The issuer must be exactly the one asked for: a server that names another
 * could stand in for it (RFC 8414 §6.2). @throws OAuthError metadata-unavailable, -malformed, -issuer-mismatch
 */
export async function discoverMetadata(discovery: {
  issuer: string;
  allowHttp: boolean;
  wire: Wire;
  /** Those that are wanted, unless all: an issuer of keys alone may say odd things of the others. */
  endpoints?: readonly MetadataEndpoint[];
}): Promise<ServerMetadata> {
  const { issuer, allowHttp, wire, endpoints } = discovery;
  const url = URL.parse(issuer);
  if (!url || url.search !== '' || !isSecureEndpoint(issuer, allowHttp))
    throw new OAuthError('endpoint-insecure', { phase: 'not_sent' });
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const raw = await send(wire, { allowHttp }, standardFormat, (options) =>
      oauth.discoveryRequest(url, { ...options, algorithm }),
    );
    if (raw.status === 200) return interpretMetadata(issuer, raw, allowHttp, endpoints);
  }
  throw new OAuthError('metadata-unavailable');
}

const endpointFields = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  revocation: 'revocation_endpoint',
  introspection: 'introspection_endpoint',
  userinfo: 'userinfo_endpoint',
  jwks: 'jwks_uri',
  end_session: 'end_session_endpoint',
} as const;

/** @throws OAuthError metadata-malformed, metadata-issuer-mismatch */
export function interpretMetadata(
  issuer: string,
  raw: RawAnswer,
  allowHttp: boolean,
  wanted?: readonly MetadataEndpoint[],
): ServerMetadata {
  const document = readDocument(raw, 'json');
  if (!document || typeof document['issuer'] !== 'string') throw fault('metadata-malformed');
  if (document['issuer'] !== issuer) throw fault('metadata-issuer-mismatch');
  const endpoints: ServerMetadata['endpoints'] = {};
  for (const name of wanted ?? (Object.keys(endpointFields) as MetadataEndpoint[])) {
    const value = document[endpointFields[name]];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' || !isSecureEndpoint(value, allowHttp)) throw fault('metadata-malformed');
    endpoints[name] = value;
  }
  return {
    issuer,
    endpoints,
    issuerInResponse: document['authorization_response_iss_parameter_supported'] === true,
    codeChallengeMethods: strings(document['code_challenge_methods_supported']),
    idTokenAlgorithms: strings(document['id_token_signing_alg_values_supported']),
    clientAuthMethods: strings(document['token_endpoint_auth_methods_supported']),
    scopes: strings(document['scopes_supported']),
  };
}

const fault = (code: OAuthErrorCode) => new OAuthError(code);

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}
