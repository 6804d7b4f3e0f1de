import { t } from '../../messages/index.js';
import type { ConnectionDetail } from './connection.query.js';
import { timeLeft } from './life-of.js';
import { reasonWords, whoOf } from './who.js';

const words = t.connection.sentence;

/** State, why and what next, in one or two sentences. */
export function sentenceOf(connection: ConnectionDetail, now: number): string {
  const own = ofState(connection, now);
  const { integration_state: integration, integration_name: name } = connection;
  if (integration !== 'paused' || isOver(connection)) return own;
  return `${own} ${words.integrationPaused(name ?? connection.integration)}`;
}

function ofState(connection: ConnectionDetail, now: number): string {
  const { provider_name: provider, reason, return_state: back } = connection;
  switch (connection.state) {
    case 'pending':
      return words.pending;
    case 'active':
      return active(connection, now);
    case 'degraded':
      return degraded(connection, now);
    case 'needs_reauthorization':
      return reauthorize(connection);
    case 'paused':
      return because(words.paused, reason, back ? words.resumes(stateName(back)) : undefined);
    case 'quarantined':
      return because(words.quarantined, reason, words.quarantinedNext);
    case 'revoking':
      return words.revoking(provider);
    case 'revoked':
      return (reason?.code.startsWith('provider_') ? words.revokedUntold : words.revoked)(provider);
    case 'expired':
      return because(words.expired, reason, undefined);
  }
}

/** The provider's word for it, unless we gave it up ourselves. */
function reauthorize(connection: ConnectionDetail): string {
  const { provider_name: provider, reason, last_failure: failure } = connection;
  const who = whoOf(connection);
  const ours = reason && reason.code !== failure?.error_code ? reasonWords(reason.code) : undefined;
  return ours ? words.reauthorizeBecause(ours, who) : words.reauthorize(provider, reason?.code, who);
}

function active({ next }: ConnectionDetail, now: number): string {
  if (next.what !== 'renewal' || next.at === null) return words.activeStill;
  return `${words.active} ${when(next.at, now, words.renews, words.overdue)}`;
}

function degraded({ provider_name: provider, expires_at: end, next }: ConnectionDetail, now: number): string {
  const isServed = end === null || Date.parse(end) > now;
  const what = (isServed ? words.degraded : words.degradedOver)(provider);
  return next.at === null ? what : `${what} ${when(next.at, now, words.tries, words.triesNow)}`;
}

function because(what: string, reason: ConnectionDetail['reason'], next: string | undefined): string {
  return [what, reason && reasonWords(reason.code), next].filter(Boolean).join(' ');
}

const when = (at: string, now: number, later: (time: string) => string, atOnce: string): string => {
  const time = Date.parse(at);
  return time > now ? later(timeLeft((time - now) / 1_000)) : atOnce;
};

const stateName = (state: string): string =>
  (t.states.connection[state as keyof typeof t.states.connection] ?? state).toLowerCase();

/** No token of it is served ever again, unless its user connects again. */
export function isOver({ state }: Pick<ConnectionDetail, 'state'>): boolean {
  return state === 'revoking' || state === 'revoked' || state === 'expired';
}
