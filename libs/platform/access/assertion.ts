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
import type { Caller } from './caller.js';
import { KeySetFile } from './key-set-file.js';
import { permissionsOfRole, roleSchema, type Role } from './permissions.js';

const type = 'evergrant-assertion+jwt';
const lifetimeSeconds = 60;
const algorithm = 'EdDSA';

const claims = z.object({
  iss: z.string(),
  workspace: z.string().min(1),
  role: roleSchema,
  actor: z.strictObject({ type: z.literal('user'), id: z.string().min(1), name: z.string().optional() }),
  auth_time: z.int(),
  htm: z.string(),
  htu: z.string(),
});

/** A request, as an assertion is bound to it: method and path without the query (claims as in RFC 9449 4.2). */
export interface AssertedRequest {
  method: string;
  path: string;
}

/** The person that asks, where, in which role, and the one request that the assertion is good for. */
export interface AssertionSubject {
  audience: string;
  workspace: string;
  role: Role;
  actor: { id: string; name?: string };
  authenticatedAt: Date;
  request: AssertedRequest;
}

interface SigningKey {
  key: Promise<CryptoKey | Uint8Array>;
  keyId: string | undefined;
}

/** Signs what one service of ours tells another about who asks: a JWT of 60 s, EdDSA, for one service and request. */
export class AssertionSigner {
  private constructor(
    private readonly file: KeySetFile<SigningKey>,
    private readonly issuer: string,
  ) {}

  /** `file` holds a private JWK (OKP, Ed25519); a new one is taken up within seconds. */
  static async fromFile(file: string, issuer: string): Promise<AssertionSigner> {
    const signer = new AssertionSigner(new KeySetFile(file, signingKey), issuer);
    await signer.file.get().key;
    return signer;
  }

  async sign(subject: AssertionSubject): Promise<string> {
    const { audience, workspace, role, actor, authenticatedAt, request } = subject;
    const { key, keyId } = this.file.get();
    return new SignJWT({
      workspace,
      role,
      actor: { type: 'user', id: actor.id, name: actor.name },
      auth_time: Math.floor(authenticatedAt.getTime() / 1_000),
      htm: request.method,
      htu: request.path,
    })
      .setProtectedHeader({ alg: algorithm, typ: type, kid: keyId })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .setJti(crypto.randomUUID())
      .sign(await key);
  }
}

/** Verifies assertions addressed to this service. */
export class AssertionVerifier {
  private constructor(
    private readonly keys: KeySetFile<ReturnType<typeof createLocalJWKSet>>,
    private readonly audience: string,
  ) {}

  /** `file` holds the public JWK set: all keys that may have signed, the former one too while it is replaced. */
  static fromFile(file: string, audience: string): AssertionVerifier {
    const keys = new KeySetFile(file, (content) => createLocalJWKSet(content as JSONWebKeySet));
    return new AssertionVerifier(keys, audience);
  }

  /** Undefined where it is not valid: signature, type, audience, age, or another request than it was signed for. */
  async verify(assertion: string, { method, path }: AssertedRequest): Promise<Caller | undefined> {
    try {
      const { payload } = await jwtVerify(assertion, this.keys.get(), {
        algorithms: [algorithm],
        typ: type,
        audience: this.audience,
        maxTokenAge: lifetimeSeconds,
        clockTolerance: 5,
        requiredClaims: ['exp', 'iat', 'jti', 'iss'],
      });
      const { iss, workspace, role, actor, auth_time, htm, htu } = claims.parse(payload);
      if (htm !== method || htu !== path) return undefined;
      return {
        workspace,
        actor: { ...actor, via: iss },
        permissions: permissionsOfRole(role),
        person: actor.id,
        role,
        authenticatedAt: new Date(auth_time * 1_000),
      };
    } catch {
      return undefined;
    }
  }
}

function signingKey(content: unknown): SigningKey {
  const jwk = content as JWK;
  const key = importJWK(jwk, algorithm);
  // Whoever signs awaits it; a key that nobody has used yet must not end the process.
  key.catch(() => undefined);
  return { key, keyId: jwk.kid };
}
