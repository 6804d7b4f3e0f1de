import { Problem } from '#platform';
import type { ProxyFailure } from './proxy.plugin.js';

const retryAfterSeconds = 2;

/** What a client is told when its request could not be passed on; says whether it may have been handled. */
export function proxyProblem(failure: ProxyFailure): Problem {
  if (failure === 'ambiguous-path')
    return new Problem('invalid-request', 'The path is not in its canonical form.');
  if (failure === 'no-owner') return new Problem('not-found');
  if (failure === 'internal') return new Problem('internal-error');
  const extra = { retryAfterSeconds, cause: failure };
  if (failure.failure === 'unreachable')
    return new Problem('service-unavailable', 'The service is not reachable; nothing was handled.', extra);
  if (failure.failure === 'timed-out')
    return new Problem('service-timed-out', 'The request may have been handled, or may still be.', extra);
  return new Problem('service-lost', 'The request may have been handled.', extra);
}
