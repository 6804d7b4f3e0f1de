import { HttpException } from '@nestjs/common';
import { Problem } from './problem.js';
import type { ProblemSlug } from './problem-catalogue.js';

const slugOfStatus: Readonly<Record<number, ProblemSlug>> = {
  400: 'invalid-request',
  401: 'invalid-api-key',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  429: 'rate-limited',
  503: 'service-unavailable',
};

/** What an error that reached the edge is told as. Texts of foreign errors are not passed on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // By name: storage is not ours to import.
  if (error instanceof Error && error.name === 'DatabaseUnavailableError')
    return new Problem('service-unavailable', 'The database cannot be reached; nothing was changed.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  const code = codeOf(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem(
      'payload-too-large',
      'The body is larger than this route takes: 100 KB, unless it says otherwise.',
    );
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem('unsupported-media-type', 'Send application/json.');
  const status = statusOf(error);
  const slug = status === undefined ? undefined : slugOfStatus[status];
  if (slug === 'invalid-request') return new Problem(slug, malformed(code));
  if (slug) return new Problem(slug);
  if (status !== undefined && status >= 400 && status < 500) return new Problem('invalid-request');
  return new Problem('internal-error', undefined, { cause: error });
}

function malformed(code: string | undefined): string {
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'The body is empty; send a JSON object.';
  if (code === 'FST_ERR_BAD_URL') return 'The path holds a malformed percent-encoding.';
  return 'The body is not valid JSON.';
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
