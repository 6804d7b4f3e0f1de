import type { FailureVocabulary } from '../lifecycle/classify-failure.js';
import type { OAuthClient } from './client-authentication.js';
import { trySecrets } from './client-secrets.js';
import { interpretRevocation, type RevocationOutcome } from './revocation-response.js';
import { sendRevocation, type RevocationRequest } from './revocation.js';
import type { SlotTokens } from './token-response.js';

export interface TokensRevocation extends Omit<RevocationRequest, 'client' | 'token' | 'tokenTypeHint'> {
  /** Newest secret first. */
  clients: readonly [OAuthClient, ...OAuthClient[]];
  failures: FailureVocabulary;
  tokens: Pick<SlotTokens, 'accessToken' | 'refreshToken'>;
}

export type TokensRevoked = RevocationOutcome | { outcome: 'unsupported'; code: 'no_token' };

/**
 * Tells the provider of each of a slot's tokens that its profile names. `revoked`: all of them are, or one with which the
 * others end. Safe to repeat. @throws OAuthError before the wire, or what fetch throws
 */
export async function revokeTokens({
  clients,
  failures,
  tokens,
  ...asked
}: TokensRevocation): Promise<TokensRevoked> {
  const { rules } = asked;
  let shortfall: TokensRevoked | undefined;
  let revoked: TokensRevoked | undefined;
  for (const tokenTypeHint of rules.tokens) {
    const token = tokenTypeHint === 'refresh_token' ? tokens.refreshToken : tokens.accessToken;
    if (token === undefined) continue;
    const ask = (client: OAuthClient) => sendRevocation({ ...asked, client, token, tokenTypeHint });
    const answer = interpretRevocation(rules, await trySecrets(clients, failures, ask));
    if (answer.outcome === 'retry') return answer;
    // A refresh token that cannot be revoked is no reason to leave the access token alive.
    if (answer.outcome !== 'revoked') shortfall ??= answer;
    else if (rules.reach === 'token') revoked = answer;
    else return answer;
  }
  return shortfall ?? revoked ?? { outcome: 'unsupported', code: 'no_token' };
}
