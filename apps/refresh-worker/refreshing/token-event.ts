import type { Attempt } from './refresh-facts.js';

/** The data of a `token.*` event: who, which slot and what happened; never a token. */
export function tokenEventData(
  { connection, facts: { row } }: Attempt,
  token: {
    slot: string;
    generation: number;
    expiresAt: Date | null;
    failureClass?: string;
    errorCode?: string;
  },
): Record<string, unknown> {
  return {
    connection,
    integration: row.integration,
    provider: row.provider,
    end_user: row.endUserId,
    slot: token.slot,
    generation: token.generation,
    expires_at: token.expiresAt?.toISOString() ?? null,
    ...(token.failureClass !== undefined && { failure_class: token.failureClass }),
    ...(token.errorCode !== undefined && { error_code: token.errorCode }),
  };
}
