const sentences = {
  'endpoint-missing': 'the authorization server has no such endpoint',
  'endpoint-insecure': 'the endpoint is neither https nor an allowed loopback address',
  'request-invalid': 'the request cannot be built from these parameters',
  'client-key-invalid': 'the private key for private_key_jwt cannot be used',
  'pkce-unsupported': 'the authorization server does not support PKCE with S256',
  'state-mismatch': 'the answer carries another state, or none',
  'issuer-missing': 'the answer does not name its issuer, which this server always does',
  'issuer-mismatch': 'the answer comes from another issuer',
  'authorization-denied': 'the authorization was denied',
  'authorization-refused': 'the authorization server refused the request',
  'code-missing': 'the answer has no authorization code',
  'response-malformed': 'the authorization response is malformed',
  'landing-malformed': 'a stored answer cannot be read back',
  'id-token-malformed': 'the ID token is not a signed JWT with the required claims',
  'id-token-algorithm': 'the ID token is signed with an algorithm that is not allowed',
  'id-token-signature': 'the signature of the ID token does not verify',
  'id-token-key-unknown': 'the key that signed the ID token is not among the keys of the server',
  'id-token-issuer': 'the ID token comes from another issuer',
  'id-token-audience': 'the ID token is meant for another client',
  'id-token-expired': 'the ID token has expired',
  'id-token-issued-at': 'the ID token was issued in the future',
  'id-token-nonce': 'the ID token carries another nonce, or none',
  'logout-token-malformed': 'the logout token lacks what makes it one',
  'keys-unavailable': 'the keys of the authorization server cannot be read',
  'metadata-unavailable': 'the metadata of the authorization server cannot be read',
  'metadata-malformed': 'the metadata of the authorization server is malformed',
  'metadata-issuer-mismatch': 'the metadata names another issuer',
  'introspection-not-understood': 'the introspection endpoint gave no answer that can be understood',
} as const;

export type OAuthErrorCode = keyof typeof sentences;

export interface OAuthErrorDetails {
  /** The server's own error code, where it gave one that is safe to show. */
  providerCode?: string;
  /** `not_sent` where no byte left the house. */
  phase?: 'not_sent' | 'ambiguous';
}

/** A step of the protocol that cannot go on. Holds no token, code, state, URL or body, and no cause that could. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly providerCode?: string;
  readonly phase: 'not_sent' | 'ambiguous';

  constructor(
    readonly code: OAuthErrorCode,
    { providerCode, phase = 'ambiguous' }: OAuthErrorDetails = {},
  ) {
    super(sentences[code]);
    this.providerCode = providerCode;
    this.phase = phase;
  }
}

/**
 * Whether the request behind a thrown error may have had its effect. Only an error that says `not_sent` of itself (the
 * HTTP client's, or ours before the wire) is believed; whatever else was thrown is ambiguous.
 */
export function phaseOf(error: unknown): 'not_sent' | 'ambiguous' {
  return error instanceof Error && 'phase' in error && error.phase === 'not_sent' ? 'not_sent' : 'ambiguous';
}
