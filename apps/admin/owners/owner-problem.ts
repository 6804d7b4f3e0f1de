import { Problem, problemCatalogue, type Fault, type ProblemSlug } from '#platform';

const retryAfterSeconds = 2;
const ownMembers = new Set(['type', 'title', 'status', 'detail', 'errors', 'request_id', 'instance']);

/** An owner's refusal as the same problem of ours; an answer that is none of our problems is a fault of ours. */
export function ownerProblem(
  owner: string,
  status: number,
  headers: Pick<Headers, 'get'>,
  document: Record<string, unknown>,
): Problem {
  const slug = typeof document['type'] === 'string' ? document['type'].replace('/problems/', '') : '';
  // The person's own session was fine: an assertion that is refused means that keys or clocks are set up wrongly.
  if (!isSlug(slug) || slug === 'invalid-api-key')
    return new Problem('internal-error', undefined, {
      cause: new Error(`${owner} answered ${status} ${slug}`),
    });
  const retryAfter = Number(headers.get('retry-after') ?? '');
  const { detail, errors } = document;
  return new Problem(slug, typeof detail === 'string' ? detail : undefined, {
    members: Object.fromEntries(Object.entries(document).filter(([name]) => !ownMembers.has(name))),
    ...(Array.isArray(errors) && { errors: errors as Fault[] }),
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
  });
}

/** No answer came. Only a connection that never stood proves that nothing was done. */
export function unreachable(owner: string, error: unknown): Problem {
  const { cause } = error as { cause?: { code?: unknown } };
  const refused = cause?.code === 'ECONNREFUSED' || cause?.code === 'UND_ERR_CONNECT_TIMEOUT';
  const detail = refused
    ? `${owner} cannot be reached; nothing was changed.`
    : `${owner} did not answer; the change may have been made. Read the connection before asking again.`;
  return new Problem('service-unavailable', detail, { retryAfterSeconds, cause: error });
}

function isSlug(slug: string): slug is ProblemSlug {
  return Object.hasOwn(problemCatalogue, slug);
}
