import type { JWTVerifyGetKey } from 'jose';
import { asymmetric, checkJwt, keyFinder, type IssuerKeys } from './check-jwt.js';

export interface RevocationRequestVerifierOptions {
  issuer: string;
  /** The address of the endpoint that is called. */
  audience: string;
  keys: IssuerKeys;
  now?: () => Date;
}

const clockTolerance = 30;
const algorithms = asymmetric(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']);

/**
 * Verifies the JWT that an identity provider authenticates itself with where it asks for a global token revocation
 * (draft-parecki-oauth-global-token-revocation), as Okta's Universal Logout does.
 */
export class RevocationRequestVerifier {
  readonly #options: RevocationRequestVerifierOptions;
  readonly #findKey: JWTVerifyGetKey;

  constructor(options: RevocationRequestVerifierOptions) {
    this.#options = options;
    this.#findKey = keyFinder(options.keys);
  }

  /** @throws AccessTokenError with the reason. */
  async verify(token: string): Promise<void> {
    const { issuer, audience, now } = this.#options;
    await checkJwt(token, this.#findKey, {
      algorithms,
      issuer,
      audience,
      typ: 'global-token-revocation+jwt',
      requiredClaims: ['exp', 'iat', 'jti'],
      maxTokenAge: 3_600,
      clockTolerance,
      currentDate: now?.(),
    });
  }
}
