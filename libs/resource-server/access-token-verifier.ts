import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { AccessTokenError, type AccessTokenRefusal } from './access-token-error.js';

/** How a key set is fetched; OutboundClient's `fetch` will do. */
export type KeySetFetch = FetchImplementation;

export interface AccessTokenVerifierOptions {
  issuer: string;
  /** This resource server's identifier, which must be in `aud`. */
  audience: string;
  keys: { uri: string; fetch: KeySetFetch } | { keys: JWK[] };
  /** Asymmetric ones; RS256, PS256, ES256 and EdDSA unless told. */
  algorithms?: readonly string[];
  /** How far the issuer's clock may be off; 5 s unless told. */
  clockToleranceSeconds?: number;
  now?: () => Date;
}

/** A verified access token. */
export interface AccessToken {
  subject: string;
  clientId: string;
  scopes: ReadonlySet<string>;
  tokenId: string;
  expiresAt: Date;
  claims: JWTPayload;
}

/** RFC 9068 2.2: all of these must be there; `iss` and `aud` are demanded by being compared. */
const requiredClaims = ['exp', 'sub', 'client_id', 'iat', 'jti'];

/** Verifies JWT access tokens of one issuer as RFC 9068 4 says. */
export class AccessTokenVerifier {
  readonly #options: AccessTokenVerifierOptions;
  readonly #algorithms: string[];
  readonly #keySet: JWTVerifyGetKey;

  /** @throws TypeError for a symmetric algorithm or `none`. */
  constructor(options: AccessTokenVerifierOptions) {
    this.#options = options;
    this.#algorithms = [...(options.algorithms ?? ['RS256', 'PS256', 'ES256', 'EdDSA'])];
    if (this.#algorithms.some((name) => !/^(RS|PS|ES|Ed)/.test(name))) {
      // With a MAC whoever can verify can issue, and the public key could be passed off as the secret.
      throw new TypeError('Access tokens are verified with asymmetric algorithms only.');
    }
    const { keys } = options;
    this.#keySet =
      'fetch' in keys
        ? createRemoteJWKSet(new URL(keys.uri), { [customFetch]: keys.fetch })
        : createLocalJWKSet(keys);
  }

  get audience(): string {
    return this.#options.audience;
  }

  /** @throws AccessTokenError with the reason and the status for it. */
  async verify(token: string, requiredScopes: readonly string[] = []): Promise<AccessToken> {
    const { issuer, audience, clockToleranceSeconds: clockTolerance = 5, now } = this.#options;
    const { payload } = await jwtVerify(token, this.#keySet, {
      // An ID token has typ JWT or none; this is what keeps it out (RFC 9068 5).
      typ: 'at+jwt',
      algorithms: this.#algorithms,
      issuer,
      audience,
      requiredClaims,
      clockTolerance,
      currentDate: now?.(),
    }).catch((error: unknown) => {
      throw new AccessTokenError(refusalOf(error), requiredScopes);
    });
    const accessToken = read(payload);
    if (!accessToken) throw new AccessTokenError('claim-missing', requiredScopes);
    // A token bound to a key (RFC 8705 3, RFC 9449 6) would lose that protection if it passed as a bearer token.
    if (payload.cnf !== undefined) throw new AccessTokenError('sender-constrained', requiredScopes);
    if (!requiredScopes.every((scope) => accessToken.scopes.has(scope))) {
      throw new AccessTokenError('scope-missing', requiredScopes);
    }
    return accessToken;
  }
}

function read(claims: JWTPayload): AccessToken | undefined {
  const { sub, client_id: clientId, jti, exp, scope = '' } = claims;
  if (typeof sub !== 'string' || typeof clientId !== 'string' || typeof jti !== 'string') return undefined;
  if (exp === undefined || typeof scope !== 'string') return undefined;
  return {
    subject: sub,
    clientId,
    scopes: new Set(scope.split(' ').filter((name) => name !== '')),
    tokenId: jti,
    expiresAt: new Date(exp * 1000),
    claims,
  };
}

function refusalOf(error: unknown): AccessTokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error.claim, error.reason);
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm-not-allowed';
  // A critical header that nobody here understands (RFC 7515 4.1.11).
  if (error instanceof errors.JOSENotSupported) return 'malformed-token';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'unknown-key';
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed-token';
  // What is left went wrong while the key set was fetched and read: nobody can say yet whether the token is good.
  return 'keys-unavailable';
}

function claimRefusal(claim: string, reason: string): AccessTokenRefusal {
  if (claim === 'typ') return 'wrong-type';
  if (reason === 'missing' || reason === 'invalid') return 'claim-missing';
  if (claim === 'iss') return 'wrong-issuer';
  if (claim === 'aud') return 'wrong-audience';
  return claim === 'nbf' || claim === 'iat' ? 'not-yet-valid' : 'claim-missing';
}
