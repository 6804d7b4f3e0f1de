import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { AccessTokenError, type AccessTokenRefusal } from './access-token-error.js';
import { asymmetric, checkJwt, keyFinder, type IssuerKeys } from './check-jwt.js';
import { SecurityEventError, type SecurityEventErrorCode } from './security-event-error.js';
import { parseSubject, type SubjectIdentifier } from './subject-identifier.js';

export interface SecurityEventTokenVerifierOptions {
  /** Exactly this. */
  issuer: string;
  /** One of these must be among the SET's. */
  audience: string[];
  keys: IssuerKeys;
  now?: () => Date;
}

/** A verified SET (RFC 8417). */
export interface SecurityEventToken {
  tokenId: string;
  issuedAt: Date;
  /** Absent where the SET speaks of its stream and not of a person, as a verification event does. */
  subject: SubjectIdentifier | undefined;
  /** Event payloads by event type URI; one at least. */
  events: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const clockTolerance = 30;
const longestId = 500;
const mostEvents = 20;
const longestType = 500;
const algorithms = asymmetric(
  ['RS', 'PS', 'ES']
    .flatMap((kind) => ['256', '384', '512'].map((bits) => kind + bits))
    .concat('EdDSA', 'Ed25519'),
);

/**
 * Verifies Security Event Tokens (RFC 8417) as a receiver of SSF 1.0 must: typed as a SET, so that no ID token or access
 * token passes for one, signed asymmetrically, from one issuer, for us. They need no `exp`.
 */
export class SecurityEventTokenVerifier {
  readonly #options: SecurityEventTokenVerifierOptions;
  readonly #findKey: JWTVerifyGetKey;

  constructor(options: SecurityEventTokenVerifierOptions) {
    this.#options = options;
    this.#findKey = keyFinder(options.keys);
  }

  /** @throws SecurityEventError; AccessTokenError `keys-unavailable`, which says nothing about the SET */
  async verify(token: string): Promise<SecurityEventToken> {
    const { now = () => new Date() } = this.#options;
    const claims = await this.#check(token, now());
    const { jti, iat } = claims;
    if (typeof jti !== 'string' || jti === '' || jti.length > longestId)
      throw malformed('jti must be a string of 1 to 500 characters');
    if (typeof iat !== 'number') throw malformed('iat must be a number');
    if (iat > now().getTime() / 1_000 + clockTolerance) throw malformed('iat lies in the future');
    if (!isStorable(claims)) throw malformed('NUL characters and lone surrogates are not allowed');
    const events = eventsOf(claims['events']);
    return {
      tokenId: jti,
      issuedAt: new Date(iat * 1_000),
      subject: subjectOf(claims, Object.values(events)),
      events,
    };
  }

  async #check(token: string, currentDate: Date): Promise<JWTPayload> {
    const { issuer, audience } = this.#options;
    try {
      const { payload } = await checkJwt(token, this.#findKey, {
        algorithms,
        issuer,
        audience,
        typ: 'secevent+jwt',
        requiredClaims: ['iat', 'jti', 'events'],
        clockTolerance,
        currentDate,
      });
      return payload;
    } catch (error) {
      if (error instanceof AccessTokenError && error.refusal !== 'keys-unavailable')
        throw new SecurityEventError(...refusals[error.refusal]);
      throw error;
    }
  }
}

type Told = [code: SecurityEventErrorCode, description: string];
const notASet: Told = ['invalid_request', 'the body is not a signed SET in compact form'];
/** By what checkJwt found. Those of access tokens alone cannot come up. */
const refusals: Record<Exclude<AccessTokenRefusal, 'keys-unavailable'>, Told> = {
  'no-token': notASet,
  'malformed-header': notASet,
  'malformed-token': notASet,
  'sender-constrained': notASet,
  'scope-missing': notASet,
  'wrong-type': ['invalid_request', 'typ must be secevent+jwt'],
  'claim-missing': ['invalid_request', 'iss, aud, iat, jti and events are required, each of its type'],
  expired: ['invalid_request', 'the SET has expired'],
  'not-yet-valid': ['invalid_request', 'the SET is not valid yet'],
  'wrong-issuer': ['invalid_issuer', 'the SET is from another issuer than the stream'],
  'wrong-audience': ['invalid_audience', 'the SET is not for this receiver'],
  'unknown-key': ['invalid_key', 'the key that signed the SET is not among those of the issuer'],
  'algorithm-not-allowed': ['invalid_key', 'the SET must be signed with an asymmetric algorithm'],
  'bad-signature': ['authentication_failed', 'the signature of the SET does not verify'],
};

/** RFC 8417 2.2: an object with at least one member, each an object by an event type. */
function eventsOf(value: unknown): SecurityEventToken['events'] {
  if (!isObject(value)) throw malformed('events must be an object');
  const types = Object.keys(value);
  if (types.length === 0 || types.length > mostEvents)
    throw malformed(`events must have 1 to ${mostEvents} members`);
  if (types.some((type) => type.length > longestType || !URL.canParse(type)))
    throw malformed('event types are URIs');
  if (!Object.values(value).every(isObject)) throw malformed('each event must be an object');
  return value as SecurityEventToken['events'];
}

/** SSF 1.0 4.1: sub_id, and no sub beside it; before it, each event had a subject of its own, or sub was used. */
function subjectOf(
  { iss, sub, ...claims }: JWTPayload,
  events: readonly Readonly<Record<string, unknown>>[],
): SubjectIdentifier | undefined {
  const subjectId = claims['sub_id'];
  if (subjectId !== undefined && sub !== undefined) throw malformed('sub must not come with sub_id');
  if (subjectId !== undefined) return known(parseSubject(subjectId), 'sub_id');
  const ownSubjects = events.map(({ subject }) => subject).filter((subject) => subject !== undefined);
  if (ownSubjects.length > 0) return known(parseSubject(joined(ownSubjects)), 'subject');
  if (sub === undefined) return undefined;
  return known(parseSubject({ format: 'iss_sub', iss, sub }), 'sub');
}

/** Several events of one SET speak of one thing (RFC 8417 2.2); where they name it in several ways, all of them count. */
function joined(subjects: readonly unknown[]): unknown {
  return subjects.length === 1 ? subjects[0] : { format: 'aliases', identifiers: subjects };
}

function known(subject: SubjectIdentifier | undefined, name: string): SubjectIdentifier {
  if (!subject) throw malformed(`${name} is no subject identifier (RFC 9493)`);
  return subject;
}

function malformed(description: string): SecurityEventError {
  return new SecurityEventError('invalid_request', description);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is stored as JSON must have neither. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && isStorable(inner));
}
