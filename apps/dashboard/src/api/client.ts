import createClient from 'openapi-fetch';
import { ApiProblem } from './problem.js';
import type { paths } from './schema.js';
import { currentSession, reportReachable, requestSignIn, setSession, type Session } from './session-state.js';

/**
 * The whole API in one client, its types generated from docs/openapi.json. `/v1/…` goes through admin, which asks
 * the owning service in the person's name; whatever is not a success is thrown as an ApiProblem.
 */
export const client = createClient<paths>({ baseUrl: location.origin, fetch: send });

/** The body of a success: `await dataOf(client.GET(…))`. */
export async function dataOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** The body and the ETag to send back as `If-Match`. */
export async function taggedDataOf<T>(
  answer: Promise<{ data?: T; response: Response }>,
): Promise<{ data: T; etag: string }> {
  const { data, response } = await answer;
  return { data: data as T, etag: response.headers.get('etag') ?? '' };
}

async function send(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.startsWith('/v1/')) url.pathname = `/admin/api${url.pathname}`;
  const body = request.method === 'GET' ? null : await request.arrayBuffer();
  const idempotencyKey = request.method === 'POST' ? crypto.randomUUID() : undefined;
  for (;;) {
    const response = await once(url, request, body, idempotencyKey);
    if (response.ok) return response;
    const problem = await ApiProblem.of(response);
    const isSessionOver = problem.slug === 'not-signed-in';
    if (!isSessionOver && problem.slug !== 'insufficient-user-authentication') throw problem;
    // The page stays as it is while its person signs in beside it; then the same request goes out again.
    const maxAge = typeof problem.members.max_age === 'number' ? problem.members.max_age : 0;
    await requestSignIn(isSessionOver ? { why: 'ended' } : { why: 'fresh', maxAge }, problem);
    await renewSession();
  }
}

async function once(
  url: URL,
  request: Request,
  body: ArrayBuffer | null,
  idempotencyKey: string | undefined,
): Promise<Response> {
  const headers = new Headers(request.headers);
  const session = currentSession();
  if (session && request.method !== 'GET') headers.set('x-csrf-token', session.csrf_token);
  if (session?.workspace && !headers.has('evergrant-workspace')) {
    headers.set('evergrant-workspace', session.workspace.id);
  }
  if (idempotencyKey && !headers.has('idempotency-key')) headers.set('idempotency-key', idempotencyKey);
  const bodied = body && body.byteLength > 0 ? { body } : {};
  try {
    const response = await fetch(url, {
      method: request.method,
      headers,
      signal: request.signal,
      credentials: 'same-origin',
      redirect: 'error',
      ...bodied,
    });
    reportReachable(response.status < 502 || (await isThere()));
    return response;
  } catch (thrown) {
    if (request.signal.aborted) throw thrown;
    reportReachable(false);
    throw ApiProblem.offline();
  }
}

/** What stands before the service answers for it while it is away; another service may be away, too, and this one there. */
async function isThere(): Promise<boolean> {
  return fetch('/admin/api/session', { credentials: 'same-origin' }).then(
    ({ status }) => status < 502,
    () => false,
  );
}

/** Asks who is signed in, without the retries of `send`: 401 is an answer here. */
export async function renewSession(): Promise<Session | undefined> {
  const response = await fetch('/admin/api/session', { credentials: 'same-origin' }).catch(() => {
    throw ApiProblem.offline();
  });
  if (response.status === 401) {
    setSession(undefined);
    return undefined;
  }
  if (!response.ok) throw await ApiProblem.of(response);
  const session = (await response.json()) as Session;
  setSession(session);
  return session;
}
