import { type ConnectionState, revocableStates } from '#oauth';
import type { Connection } from '#storage';
import type { Grant } from './grant.js';
import { Refusal } from './refusal.js';

/**
 * The connection that a reconnection renews must still be there, and the same subject must have come back: else one
 * person's tokens would end up under another's connection. @throws Refusal
 */
export function checkTarget(connection: Connection | null, grant: Grant): Connection {
  const unwanted = grant.tokens;
  if (!connection || !revocableStates.includes(connection.state as ConnectionState))
    throw Refusal.of('connection_gone', { unwanted });
  if (connection.subject === null || connection.subject === grant.subject) return connection;
  throw Refusal.of(grant.subject === null ? 'subject_unknown' : 'subject_mismatch', { unwanted });
}
