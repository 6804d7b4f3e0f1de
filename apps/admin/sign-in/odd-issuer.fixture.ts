import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** What one sign-in at the odd issuer is answered; left out is as it should be. */
export interface OddAnswer {
  claims?: JWTPayload & Record<string, unknown>;
  header?: { alg?: string; kid?: string; typ?: string };
  /** In place of the issuer's own key. */
  key?: CryptoKey | Uint8Array;
  unsigned?: boolean;
  withoutIdToken?: boolean;
  userinfo?: Record<string, unknown>;
}

const seconds = () => Math.floor(Date.now() / 1_000);

/** An OpenID provider that answers whatever a test wants: what no well-behaved one would. */
export class OddIssuer {
  readonly clientId = 'dashboard';
  readonly clientSecret = 'the secret that both sides know, 32 bytes';
  /** Per code. */
  private readonly answers = new Map<string, { nonce: string; answer: OddAnswer }>();
  private userinfo: Record<string, unknown> = {};

  private constructor(
    private readonly server: Server,
    private readonly pair: { privateKey: CryptoKey; publicKey: CryptoKey },
  ) {}

  static async start(): Promise<OddIssuer> {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new OddIssuer(server, pair);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void issuer.answer(request.url ?? '', Buffer.concat(chunks).toString()).then((body) => {
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        });
      });
    });
    return issuer;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The public key as whoever confuses algorithms would use it: as the bytes of a shared secret. */
  async publicKeyBytes(): Promise<Uint8Array> {
    return new TextEncoder().encode(JSON.stringify(await exportJWK(this.pair.publicKey)));
  }

  /** A code that will be answered so. */
  codeFor(nonce: string, answer: OddAnswer): string {
    const code = `code-${this.answers.size}`;
    this.answers.set(code, { nonce, answer });
    return code;
  }

  async token(
    nonce: string | undefined,
    { claims = {}, header = {}, key, unsigned }: OddAnswer,
  ): Promise<string> {
    const now = seconds();
    const payload = {
      ...{
        iss: this.origin,
        aud: this.clientId,
        sub: 'grace',
        iat: now,
        exp: now + 60,
        auth_time: now,
        nonce,
      },
      ...{ name: 'Grace', email: 'grace@company.example', email_verified: true, ...claims },
    };
    const head = { alg: 'RS256', kid: 'k1', ...header };
    if (unsigned) return `${encode({ ...head, alg: 'none' })}.${encode(payload)}.`;
    return new SignJWT(payload).setProtectedHeader(head).sign(key ?? this.pair.privateKey);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(url: string, body: string): Promise<unknown> {
    if (url === '/jwks')
      return { keys: [{ ...(await exportJWK(this.pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
    if (url === '/userinfo') return this.userinfo;
    if (url === '/token') return this.exchange(new URLSearchParams(body).get('code') ?? '');
    const at = (path: string) => `${this.origin}/${path}`;
    return {
      issuer: this.origin,
      authorization_endpoint: at('authorize'),
      token_endpoint: at('token'),
      jwks_uri: at('jwks'),
      userinfo_endpoint: at('userinfo'),
      scopes_supported: ['openid'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    };
  }

  private async exchange(code: string): Promise<unknown> {
    const { nonce, answer } = this.answers.get(code)!;
    this.userinfo = answer.userinfo ?? { sub: 'grace' };
    const idToken = answer.withoutIdToken ? undefined : await this.token(nonce, answer);
    return { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: idToken };
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
