import type { OutboundAnswer } from '#outbound';

/** What a poll brought (RFC 8936 2.2). */
export interface PollAnswer {
  /** `jti` is what the SET is listed by; whether it is the SET's own is for whoever verifies it. */
  sets: { jti: string; set: string }[];
  moreAvailable: boolean;
}

/** By jti: why a SET is refused (RFC 8936 2.6). */
export type PollErrors = Record<string, { err: string; description: string }>;

/** @throws Error that quotes nothing of the answer */
export function readPollAnswer({ status, body }: OutboundAnswer): PollAnswer {
  if (status !== 200) throw new Error(`the poll was answered with status ${status}`);
  const document = objectIn(body);
  const sets = document?.['sets'];
  if (!isObject(sets)) throw new Error('the answer of the poll has no sets');
  return {
    sets: Object.entries(sets).map(([jti, set]) => ({ jti, set: typeof set === 'string' ? set : '' })),
    moreAvailable: document?.['moreAvailable'] === true,
  };
}

function objectIn(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
