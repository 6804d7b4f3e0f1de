import { classifyFailure, type FailureVocabulary } from '../lifecycle/classify-failure.js';
import type { ClientAuthentication, OAuthClient } from './client-authentication.js';
import type { RawAnswer } from './raw-answer.js';

/** A client for each of its secrets, newest first as given; of a public client, one. */
export function clientsWithSecrets(
  clientId: string,
  method: string,
  secrets: readonly string[],
): OAuthClient[] {
  if (method === 'none') return [{ clientId, authentication: { method } }];
  return secrets.map((secret) => ({ clientId, authentication: authenticationOf(method, secret) }));
}

/** A `private_key_jwt` secret is the private JWK as JSON. */
function authenticationOf(method: string, secret: string): ClientAuthentication {
  if (method === 'private_key_jwt') return { method, key: JSON.parse(secret) as never };
  return { method: method === 'client_secret_post' ? method : 'client_secret_basic', secret };
}

/**
 * Asks with the newest client secret, and with the next where the provider refuses that one: while a secret is being
 * rotated, either may be in force. A request whose client was refused has used up nothing (RFC 6749 §5.2).
 */
export async function trySecrets(
  [first, ...rest]: readonly [OAuthClient, ...OAuthClient[]],
  failures: FailureVocabulary,
  ask: (client: OAuthClient) => Promise<RawAnswer>,
): Promise<RawAnswer> {
  let raw = await ask(first);
  for (const next of rest) {
    const ok = raw.status >= 200 && raw.status < 300;
    if (ok || classifyFailure(failures, { phase: 'answered', raw }).code !== 'invalid_client') break;
    raw = await ask(next);
  }
  return raw;
}
