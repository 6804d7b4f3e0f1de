import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.js';
import { Problem } from '../problem/problem.js';
import { applyBodyLimit } from './body-rules.js';
import { hasRightMediaType } from './form-encoded.js';
import { runWithRequestId } from './request-context.js';

/** Headers of every answer; a page of ours names its own policy instead. */
const answerHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What happens around every request: its id, fixed headers, the media type, a measure, a log line. */
export function addServiceHooks(server: FastifyInstance, metrics: Metrics, logger: Logger): void {
  const duration = metrics.histogram({
    name: 'evergrant_http_request_duration_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
  });
  server.addHook('onRoute', applyBodyLimit);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(answerHeaders).header('x-request-id', request.id);
    runWithRequestId(request.id, done);
  });
  server.addHook('preParsing', (request, _reply, payload, done) => {
    if (hasRightMediaType(request)) done(null, payload);
    else done(new Problem('unsupported-media-type', 'This route takes another content type.') as never);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request);
    duration.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1_000,
    );
    const level = levelOf(request, route, reply.statusCode);
    if (logger.isLevelEnabled(level))
      logger[level](
        {
          request_id: request.id,
          method: request.method,
          route,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime),
        },
        'answered',
      );
    done();
  });
}

/** The pattern, never the URL: a path may hold a connect token, a query a code. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}

/** Changes are told of, reads are not; a probe's 503 is what it asked for. */
function levelOf(request: FastifyRequest, route: string, status: number): 'error' | 'info' | 'debug' {
  if (route.startsWith('/health/')) return 'debug';
  if (status >= 500) return 'error';
  return isChange(request) ? 'info' : 'debug';
}

function isChange({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
