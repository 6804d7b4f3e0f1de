import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';

export interface IssuedToken {
  claims?: Record<string, unknown>;
  header?: Partial<JWTHeaderParameters>;
  key?: CryptoKey | Uint8Array;
}

/** An OpenID Connect issuer of workloads' tokens, on 127.0.0.1: discovery, keys, and what it signs. */
export class WorkloadIssuer {
  /** Discovery and key set, as often as they were asked for. */
  readonly asked: string[] = [];
  isDown = false;
  /** What its discovery document says instead. */
  says: Record<string, unknown> = {};
  /** Where it sends whoever asks for its keys. */
  movedTo: string | undefined;
  keys: JWK[] = [];
  privateKey!: CryptoKey;
  private server!: Server;

  static async start(): Promise<WorkloadIssuer> {
    const issuer = new WorkloadIssuer();
    await issuer.rotate('k1');
    issuer.server = createServer((request, response) => {
      issuer.asked.push(request.url ?? '');
      const body = issuer.isDown ? undefined : issuer.document(request.url);
      const isMoved = request.url === '/keys' && issuer.movedTo !== undefined;
      response.writeHead(isMoved ? 302 : body ? 200 : 503, {
        'content-type': 'application/json',
        ...(isMoved && { location: issuer.movedTo }),
      });
      response.end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on it signs with another key, and publishes that alone. */
  async rotate(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    this.privateKey = privateKey;
    this.keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }];
  }

  /** A good token for `audience`, but for what is changed. */
  token(
    audience: string,
    { claims = {}, header = {}, key = this.privateKey }: IssuedToken = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      iss: this.url,
      aud: audience,
      sub: 'repo:acme/shop:ref:refs/heads/main',
      iat: now,
      exp: now + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: this.keys[0]!.kid!, ...header })
      .sign(key);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private document(path: string | undefined): object | undefined {
    if (path === '/keys') return { keys: this.keys };
    if (path !== '/.well-known/openid-configuration') return undefined;
    // As EKS does: what is not for workloads need be no address.
    const authorization_endpoint = 'urn:kubernetes:programmatic_authorization';
    return { issuer: this.url, jwks_uri: `${this.url}/keys`, authorization_endpoint, ...this.says };
  }
}
