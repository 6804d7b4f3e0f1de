import type { JWTPayload } from 'jose';
import type { SecurityEventDelivery, SecurityEventSubscriber } from '#storage';

const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';

/**
 * A revoked connection as CAEP tells it: the session that ended is the connection, of the user where there is one. The
 * same revocation has the same jti however often it is sent.
 */
export function outgoingSet(
  issuer: string,
  { id, audience, subjectFormat }: SecurityEventSubscriber,
  { eventId, occurredAt, data, endUserEmail }: SecurityEventDelivery,
): JWTPayload {
  const seconds = Math.floor(occurredAt.getTime() / 1_000);
  return {
    iss: issuer,
    aud: audience,
    iat: seconds,
    jti: `${eventId}.${id}`,
    txn: eventId,
    sub_id: {
      format: 'complex',
      ...userOf(subjectFormat, data.end_user, endUserEmail),
      session: { format: 'opaque', id: data.connection },
    },
    events: {
      [sessionRevoked]: {
        event_timestamp: seconds,
        reason_admin: { en: `The connection to ${data.provider} was revoked` },
        integration: data.integration,
      },
    },
  };
}

/** Where the wanted way to name the user is not known the session stands alone: a wrong name would be worse. */
function userOf(format: 'opaque' | 'email', endUser: string | null, email: string | null): { user?: object } {
  if (format === 'email') return email === null ? {} : { user: { format, email } };
  return endUser === null ? {} : { user: { format, id: endUser } };
}
