import createClient from 'openapi-fetch';
import { callOf, lostProblem, once } from './call.js';
import { loadAnew } from './leave-page.js';
import { askForSession } from './page-headers.js';
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
export interface Tagged<T> {
  data: T;
  etag: string;
}

export async function taggedDataOf<T>(answer: Promise<{ data?: T; response: Response }>): Promise<Tagged<T>> {
  const { data, response } = await answer;
  return { data: data as T, etag: response.headers.get('etag') ?? '' };
}

async function send(request: Request): Promise<Response> {
  const call = await callOf(request);
  for (;;) {
    const token = currentSession()?.csrf_token ?? '';
    const response = await once(call, token);
    if (response.ok) return response;
    const problem = await ApiProblem.of(response);
    // Of something that stands in between: the service may have heard it.
    if (call.isChange && response.status >= 502 && problem.slug === '') throw lostProblem(call);
    await clearTheWay(problem, token);
  }
}

/** Settles where the same request may go out again; throws the problem where nothing can be done about it. */
async function clearTheWay(problem: ApiProblem, token: string): Promise<void> {
  if (problem.slug === 'csrf-refused') {
    // A sign-in in another tab began another session: that is this tab's, too.
    await renewSession();
    if (currentSession()?.csrf_token === token) throw problem;
    return;
  }
  const isSessionOver = problem.slug === 'not-signed-in';
  if (!isSessionOver && problem.slug !== 'insufficient-user-authentication') throw problem;
  // The page stays as it is while its person signs in beside it.
  const maxAge = typeof problem.members.max_age === 'number' ? problem.members.max_age : 0;
  await requestSignIn(isSessionOver ? { why: 'ended' } : { why: 'fresh', maxAge }, problem);
  await renewSession();
}

/**
 * Asks who is signed in, without the retries of `send`: that nobody is, is an answer here. Somebody else, or another
 * workspace, is none that this page could go on with.
 */
export async function renewSession(): Promise<Session | undefined> {
  const response = await askForSession().catch(() => {
    throw ApiProblem.offline();
  });
  if (response.status < 502) reportReachable(true);
  if (response.status === 401) return undefined;
  if (!response.ok) throw await ApiProblem.of(response);
  const session = (await response.json()) as Session;
  const former = currentSession();
  if (former && (former.person.id !== session.person.id || former.workspace?.id !== session.workspace?.id)) {
    loadAnew('/');
    throw ApiProblem.elsewhere();
  }
  setSession(session);
  return session;
}

/** Settles once somebody is signed in, if need be after the dialog; rejects where they would not. */
export async function keepSession(): Promise<void> {
  if (await renewSession()) return;
  await requestSignIn({ why: 'ended' }, ApiProblem.notSignedIn());
  await renewSession();
}
