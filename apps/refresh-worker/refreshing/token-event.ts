import type { Connection } from '#storage';

/** The data of a `token.*` event: who, which slot and what happened; never a token. */
export function tokenEventData(
  connection: Connection,
  token: {
    slot: string;
    generation: number;
    expiresAt: Date | null;
    failureClass?: string;
    errorCode?: string;
  },
): Record<string, unknown> {
  return {
    connection: connection.id,
    integration: connection.integrationId,
    provider: connection.provider,
    end_user: connection.endUserId,
    slot: token.slot,
    generation: token.generation,
    expires_at: token.expiresAt?.toISOString() ?? null,
    ...(token.failureClass !== undefined && { failure_class: token.failureClass }),
    ...(token.errorCode !== undefined && { error_code: token.errorCode }),
  };
}
