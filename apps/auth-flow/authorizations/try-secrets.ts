import { classifyFailure, type OAuthClient, type RawAnswer } from '#oauth';
import type { IntegrationClient } from './integration-clients.service.js';

/**
 * Asks with the newest client secret, and with the next where the provider refuses that one: while a secret is being
 * rotated, either may be in force. A request whose client was refused has used up nothing (RFC 6749 §5.2).
 */
export async function trySecrets(
  { clients, provider }: IntegrationClient,
  ask: (client: OAuthClient) => Promise<RawAnswer>,
): Promise<RawAnswer> {
  const [first, ...rest] = clients;
  let raw = await ask(first);
  for (const next of rest) {
    const ok = raw.status >= 200 && raw.status < 300;
    if (ok || classifyFailure(provider.failures, { phase: 'answered', raw }).code !== 'invalid_client') break;
    raw = await ask(next);
  }
  return raw;
}
