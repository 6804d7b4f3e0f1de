import { createLocalJWKSet, errors, jwtVerify, type JWK, type JWTVerifyGetKey } from 'jose';
import type Provider from 'oidc-provider';
import { apiResource } from '../provider/resource-servers.js';
import { BearerError } from './bearer-error.js';

export interface Access {
  sub: string;
  client: string;
  scopes: ReadonlySet<string>;
}

const invalid = (description: string) => new BearerError(401, 'invalid_token', description);
const looksLikeJwt = (token: string): boolean => token.split('.').length === 3;

/** Verifies access tokens for this resource server: JWTs by their signature and claims, opaque ones by looking them up. */
export class AccessTokens {
  private readonly keys: JWTVerifyGetKey;

  constructor(
    private readonly provider: Provider,
    signingKey: JWK & { kid: string },
    /** Told of every token that was good: mode E waits for it. */
    private readonly used: (token: string) => void,
  ) {
    const { kty, n, e, kid } = signingKey;
    this.keys = createLocalJWKSet({ keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] });
  }

  /** Reads the token of an Authorization header (RFC 6750 §2.1); throws a BearerError unless it is good for `scope`. */
  async verify(authorization: string | undefined, scope: string): Promise<Access> {
    if (!authorization) throw new BearerError(401, undefined, 'an access token is needed');
    const [, token] = /^bearer ([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
    if (!token)
      throw new BearerError(400, 'invalid_request', 'the Authorization header is not a bearer token');
    const access = looksLikeJwt(token) ? await this.fromJwt(token) : await this.fromStore(token);
    if (!access.scopes.has(scope)) {
      throw new BearerError(403, 'insufficient_scope', `the scope ${scope} is needed`, scope);
    }
    this.used(token);
    return access;
  }

  /** RFC 9068 §4. */
  private async fromJwt(token: string): Promise<Access> {
    try {
      const { payload } = await jwtVerify<{ client_id: string; scope?: string }>(token, this.keys, {
        algorithms: ['RS256'],
        typ: 'at+jwt',
        issuer: this.provider.issuer,
        audience: apiResource(this.provider.issuer),
        requiredClaims: ['exp', 'sub', 'client_id'],
      });
      return {
        sub: payload.sub as string,
        client: payload.client_id,
        scopes: new Set(payload.scope?.split(' ')),
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw invalid('the access token is expired');
      if (error instanceof errors.JOSEError) throw invalid('the access token is not valid here');
      throw error;
    }
  }

  private async fromStore(token: string): Promise<Access> {
    const { AccessToken, ClientCredentials, Grant } = this.provider;
    const ofUser = await AccessToken.find(token, { ignoreExpiration: true });
    const found = ofUser ?? (await ClientCredentials.find(token, { ignoreExpiration: true }));
    if (!found?.clientId) throw invalid('the access token is unknown or was revoked');
    if (found.isExpired) throw invalid('the access token is expired');
    if (ofUser && !(await Grant.find(ofUser.grantId ?? '')))
      throw invalid('the access token is unknown or was revoked');
    if (found.aud !== apiResource(this.provider.issuer)) throw invalid('the access token is not valid here');
    return { sub: ofUser?.accountId ?? found.clientId, client: found.clientId, scopes: found.scopes };
  }
}
