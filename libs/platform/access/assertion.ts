import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  importJWK,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { z } from 'zod';
import { scopeSchema, type Actor, type Caller, type Scope } from './caller.js';

const type = 'evergrant-assertion+jwt';
const lifetimeSeconds = 60;
const algorithm = 'EdDSA';

const claims = z.object({
  iss: z.string(),
  workspace: z.string(),
  scopes: z.array(scopeSchema),
  actor: z.object({
    type: z.enum(['api_key', 'user', 'end_user', 'service']),
    id: z.string(),
    name: z.string().optional(),
  }),
});

/** Who asks, in which workspace, with which rights. */
export interface AssertionSubject {
  audience: string;
  workspace: string;
  actor: Actor;
  scopes: readonly Scope[];
}

/** Signs what one service of ours tells another about who asks: a JWT of 60 s, EdDSA, for one service. */
export class AssertionSigner {
  private constructor(
    private readonly key: CryptoKey | Uint8Array,
    private readonly keyId: string | undefined,
    private readonly issuer: string,
  ) {}

  /** `file` holds a private JWK (OKP, Ed25519). */
  static async fromFile(file: string, issuer: string): Promise<AssertionSigner> {
    const jwk = JSON.parse(readFileSync(file, 'utf8')) as JWK;
    return new AssertionSigner(await importJWK(jwk, algorithm), jwk.kid, issuer);
  }

  async sign({ audience, workspace, actor, scopes }: AssertionSubject): Promise<string> {
    const { type: actorType, id, name } = actor;
    return new SignJWT({ workspace, scopes, actor: { type: actorType, id, name } })
      .setProtectedHeader({ alg: algorithm, typ: type, kid: this.keyId })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .setJti(crypto.randomUUID())
      .sign(this.key);
  }
}

/** Verifies assertions addressed to this service. */
export class AssertionVerifier {
  private constructor(
    private readonly keys: ReturnType<typeof createLocalJWKSet>,
    private readonly audience: string,
  ) {}

  /** `file` holds the public JWK set. */
  static fromFile(file: string, audience: string): AssertionVerifier {
    const set = JSON.parse(readFileSync(file, 'utf8')) as JSONWebKeySet;
    return new AssertionVerifier(createLocalJWKSet(set), audience);
  }

  /** Undefined where it is not valid: signature, type, audience, age. */
  async verify(assertion: string): Promise<Caller | undefined> {
    try {
      const { payload } = await jwtVerify(assertion, this.keys, {
        algorithms: [algorithm],
        typ: type,
        audience: this.audience,
        maxTokenAge: lifetimeSeconds,
        clockTolerance: 5,
        requiredClaims: ['exp', 'iat', 'jti', 'iss'],
      });
      const { iss, workspace, scopes, actor } = claims.parse(payload);
      return { workspace, actor: { ...actor, via: iss }, scopes: new Set(scopes) };
    } catch {
      return undefined;
    }
  }
}
