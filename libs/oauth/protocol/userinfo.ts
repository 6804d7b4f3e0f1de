import { endpointOf, type AuthorizationServer } from './authorization-server.js';
import { readDocument } from './answer-document.js';
import { readAnswer, type RawAnswer } from './raw-answer.js';
import type { Wire } from './wire.js';

/** Asks the UserInfo endpoint with an access token (OpenID Connect Core §5.3): a token that it takes is alive. */
export async function sendUserinfo(request: {
  server: AuthorizationServer;
  accessToken: string;
  wire: Wire;
}): Promise<RawAnswer> {
  const { server, accessToken, wire } = request;
  const response = await wire.fetch(String(endpointOf(server, 'userinfo')), {
    method: 'GET',
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    body: undefined,
    signal: wire.signal,
  });
  return readAnswer(response, wire.now());
}

/** RFC 6750 §3.1: `invalid_token` is 401; whatever else was answered says nothing. */
export function interpretUserinfo({ status }: Pick<RawAnswer, 'status'>): 'alive' | 'dead' | 'unknown' {
  if (status === 200) return 'alive';
  return status === 401 ? 'dead' : 'unknown';
}

/** As `interpretUserinfo`, but a challenge that names another error than `invalid_token` does not call it dead. */
export function refutedByUserinfo(raw: Pick<RawAnswer, 'status' | 'headers'>): 'alive' | 'dead' | 'unknown' {
  const named = /\berror="?([\w-]+)/i.exec(raw.headers['www-authenticate'] ?? '')?.[1];
  return named !== undefined && named !== 'invalid_token' && raw.status !== 200
    ? 'unknown'
    : interpretUserinfo(raw);
}

/** What it says of this subject; undefined where it says nothing, or speaks of another (OpenID Connect Core §5.3.2). */
export function claimsOfUserinfo(raw: RawAnswer, subject: string): Record<string, unknown> | undefined {
  const claims = raw.status === 200 ? readDocument(raw, 'json') : undefined;
  return claims?.['sub'] === subject ? claims : undefined;
}
