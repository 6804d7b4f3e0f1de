import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { AccessTokenError } from './access-token-error.js';
import { asymmetric, checkJwt, isSenderConstrained, keyFinder, type IssuerKeys } from './check-jwt.js';

export interface AccessTokenVerifierOptions {
  issuer: string;
  /** This resource server's identifier, which must be in `aud`. */
  audience: string;
  keys: IssuerKeys;
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
  readonly #findKey: JWTVerifyGetKey;

  /** @throws TypeError for a symmetric algorithm or `none`. */
  constructor(options: AccessTokenVerifierOptions) {
    this.#options = options;
    this.#algorithms = asymmetric(options.algorithms ?? ['RS256', 'PS256', 'ES256', 'EdDSA']);
    this.#findKey = keyFinder(options.keys);
  }

  get audience(): string {
    return this.#options.audience;
  }

  /** @throws AccessTokenError with the reason and the status for it. */
  async verify(token: string, requiredScopes: readonly string[] = []): Promise<AccessToken> {
    try {
      return await this.#verify(token, requiredScopes);
    } catch (error) {
      throw error instanceof AccessTokenError ? new AccessTokenError(error.refusal, requiredScopes) : error;
    }
  }

  async #verify(token: string, requiredScopes: readonly string[]): Promise<AccessToken> {
    const { issuer, audience, clockToleranceSeconds: clockTolerance = 5, now } = this.#options;
    const { payload } = await checkJwt(token, this.#findKey, {
      // An ID token has typ JWT or none; this is what keeps it out (RFC 9068 5).
      typ: 'at+jwt',
      algorithms: this.#algorithms,
      issuer,
      audience,
      requiredClaims,
      clockTolerance,
      currentDate: now?.(),
    });
    const accessToken = read(payload);
    if (!accessToken) throw new AccessTokenError('claim-missing');
    if (isSenderConstrained(payload)) throw new AccessTokenError('sender-constrained');
    if (!requiredScopes.every((scope) => accessToken.scopes.has(scope)))
      throw new AccessTokenError('scope-missing');
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
