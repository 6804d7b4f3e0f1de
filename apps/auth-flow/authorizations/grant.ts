import type { SlotTokens } from '#oauth';

/** What a provider gave: understood, checked, not stored yet. Plain JSON, so that it can wait sealed. */
export interface Grant {
  tokens: readonly SlotTokens[];
  /** When the answer came, ms since the epoch: lives count from then. */
  receivedAt: number;
  /** Whose account it is at the provider; null where the provider does not say. */
  subject: string | null;
  /** What callback and answer said beside the tokens. */
  captured: Record<string, string>;
}

/** The scopes of all slots together; what an answer leaves out is as asked for (RFC 6749 §5.1). */
export function grantedScopes(tokens: readonly SlotTokens[], asked: readonly string[]): string[] {
  const all = tokens.flatMap(({ scope }) => scope?.split(' ') ?? asked);
  return [...new Set(all.filter((scope) => scope !== ''))];
}
