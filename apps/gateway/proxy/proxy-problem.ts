import { Problem } from '#platform';
import type { ProxyFailure } from './proxy.plugin.js';

const retryAfterSeconds = 2;

/** What a client is told when its request could not be passed on; says whether it may have been handled. */
export function proxyProblem(failure: ProxyFailure): Problem {
  if (failure === 'ambiguous-path')
    return new Problem('invalid-request', 'The path is not in its canonical form.');
  if (failure === 'no-owner') return new Problem('not-found');
  if (failure === 'internal') return new Problem('internal-error');
  if (failure.failure === 'timed-out')
    return new Problem(
      'service-unavailable',
      'The service took too long; the request may have been handled.',
      {
        retryAfterSeconds,
      },
    );
  const detail =
    failure.failure === 'unreachable'
      ? 'The service is not reachable; the request was not handled.'
      : 'The connection to the service was lost; the request may have been handled.';
  return new Problem('service-unavailable', detail, { retryAfterSeconds });
}
