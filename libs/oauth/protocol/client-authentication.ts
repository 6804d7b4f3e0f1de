import { importJWK, type JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { OAuthError } from '../oauth-error.js';
import type { RequestFormat } from './request-format.js';

export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'none',
  'private_key_jwt',
] as const;
export type ClientAuthMethod = (typeof clientAuthMethods)[number];

/** Explicit, never probed: a wrong guess would spend the refresh token or the code. */
export type ClientAuthentication =
  | { method: 'client_secret_basic' | 'client_secret_post'; secret: string }
  | { method: 'none' }
  /** A private JWK with `alg`, and `kid` where the server knows several keys of ours. */
  | { method: 'private_key_jwt'; key: JWK };

export interface OAuthClient {
  clientId: string;
  authentication: ClientAuthentication;
}

/** RFC 6749 §2.3, RFC 7523 §2.2. @throws OAuthError client-key-invalid */
export async function clientAuth(
  { authentication }: OAuthClient,
  format: RequestFormat,
): Promise<oauth.ClientAuth> {
  switch (authentication.method) {
    case 'none':
      return oauth.None();
    case 'client_secret_post':
      return oauth.ClientSecretPost(authentication.secret);
    case 'client_secret_basic':
      return format.basicEncoding === 'raw'
        ? rawBasic(authentication.secret)
        : oauth.ClientSecretBasic(authentication.secret);
    case 'private_key_jwt':
      return oauth.PrivateKeyJwt({ key: await importKey(authentication.key), kid: authentication.key.kid });
  }
}

function rawBasic(secret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set('authorization', basicCredentials(client.client_id, secret));
  };
}

/** HTTP Basic without RFC 6749's form encoding of its two parts. */
export function basicCredentials(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`, 'utf8').toString('base64')}`;
}

async function importKey(jwk: JWK): Promise<oauth.CryptoKey> {
  const key = await importJWK(jwk).catch(() => undefined);
  if (!key || key instanceof Uint8Array || key.type !== 'private')
    throw new OAuthError('client-key-invalid', { phase: 'not_sent' });
  return key;
}
