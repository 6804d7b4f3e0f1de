import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import type { SandboxClient } from './sandbox-client.js';

/** The key pair of a client that authenticates by private_key_jwt. */
export class AssertionKeys {
  private constructor(
    private readonly privateKey: Parameters<SignJWT['sign']>[0],
    readonly jwks: JSONWebKeySet,
  ) {}

  static async generate(): Promise<AssertionKeys> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }];
    return new AssertionKeys(privateKey, { keys });
  }

  /** A client credentials request (RFC 7523 §2.2). */
  async clientCredentials({ id }: SandboxClient, audience: string): Promise<Record<string, string>> {
    const assertion = await new SignJWT({ jti: 'once' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(audience)
      .setExpirationTime('1 minute')
      .sign(this.privateKey);
    return {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }
}
