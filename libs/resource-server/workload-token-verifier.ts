import { decodeJwt, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { AccessTokenError } from './access-token-error.js';
import { asymmetric, checkJwt, isSenderConstrained, keyFinder, type IssuerKeys } from './check-jwt.js';

export interface WorkloadTokenVerifierOptions {
  issuer: string;
  /** Exactly this, and no other beside it. */
  audience: string;
  keys: IssuerKeys;
  /** Since `iat`, whatever `exp` says; a day unless told. */
  maxAgeSeconds?: number;
  now?: () => Date;
}

/** A verified token of a workload. */
export interface WorkloadToken {
  subject: string;
  claims: JWTPayload;
  /** When it is refused from, by `exp` or for its age. */
  expiresAt: Date;
}

const clockTolerance = 5;
const day = 86_400;
const algorithms = asymmetric(
  ['RS', 'PS', 'ES']
    .flatMap((kind) => ['256', '384', '512'].map((bits) => kind + bits))
    .concat('EdDSA', 'Ed25519'),
);
const plainJwt = /^(application\/)?jwt$/i;

/**
 * Verifies what platforms give their workloads to show who they are (Kubernetes service accounts, GitHub Actions): a
 * plain JWT. A token with a type of its own was made for something else and is refused (RFC 8725 3.11).
 */
export class WorkloadTokenVerifier {
  readonly #options: WorkloadTokenVerifierOptions;
  readonly #findKey: JWTVerifyGetKey;

  constructor(options: WorkloadTokenVerifierOptions) {
    this.#options = options;
    this.#findKey = keyFinder(options.keys);
  }

  /** @throws AccessTokenError with the reason. */
  async verify(token: string): Promise<WorkloadToken> {
    const { issuer, audience, maxAgeSeconds: maxTokenAge = day, now } = this.#options;
    const { payload, protectedHeader } = await checkJwt(token, this.#findKey, {
      algorithms,
      issuer,
      audience,
      maxTokenAge,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance,
      currentDate: now?.(),
    });
    const { typ } = protectedHeader;
    if (typ !== undefined && !plainJwt.test(typ)) throw new AccessTokenError('wrong-type');
    // Whoever else it is for could send it here.
    if ([payload.aud].flat().length !== 1) throw new AccessTokenError('wrong-audience');
    if (typeof payload.sub !== 'string' || payload.sub === '') throw new AccessTokenError('claim-missing');
    if (isSenderConstrained(payload)) throw new AccessTokenError('sender-constrained');
    // Both are there and were compared with the clock, so the least of them is a time.
    const end = Math.min(payload.exp!, payload.iat! + maxTokenAge);
    return { subject: payload.sub, claims: payload, expiresAt: new Date(end * 1_000) };
  }
}

/** What a token says of itself, before anybody checked it: only to find out by whose keys to check it. */
export function claimedParties(
  token: string,
): { issuer: string; audience: string; claims: JWTPayload } | undefined {
  try {
    const claims = decodeJwt(token);
    const { iss, aud } = claims;
    const [audience, ...more] = [aud ?? []].flat();
    if (typeof iss !== 'string' || typeof audience !== 'string' || more.length > 0) return undefined;
    return { issuer: iss, audience, claims };
  } catch {
    return undefined;
  }
}
