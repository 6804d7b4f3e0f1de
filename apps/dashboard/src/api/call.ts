import { LostAnswers } from './lost-answers.js';
import { isThere, pageHeaders } from './page-headers.js';
import { ApiProblem } from './problem.js';
import { isReachable, reportReachable } from './session-state.js';

/** A request as it goes out, and may go out once more. */
export interface Call {
  url: URL;
  method: string;
  headers: Headers;
  body: ArrayBuffer | undefined;
  signal: AbortSignal;
  isChange: boolean;
  /** Of a POST, to know it again by. */
  digest: string | undefined;
}

const lostAnswers = new LostAnswers();

/** @throws ApiProblem `not-sent`: a change waits for no network */
export async function callOf(request: Request): Promise<Call> {
  const { method, signal } = request;
  const isChange = method !== 'GET';
  if (isChange && !isReachable()) throw ApiProblem.notSent();
  const url = new URL(request.url);
  if (url.pathname.startsWith('/v1/')) url.pathname = `/admin/api${url.pathname}`;
  // Taken once: what goes out again after a sign-in acts where its person saw it act, or nowhere.
  const own = pageHeaders();
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  const body = isChange ? await request.arrayBuffer() : undefined;
  let digest: string | undefined;
  if (method === 'POST' && body) {
    digest = await lostAnswers.digestOf(url.pathname, own['evergrant-workspace'] ?? '', body);
    headers.set('idempotency-key', lostAnswers.keyOf(digest));
  }
  return { url, method, headers, body, signal, isChange, digest };
}

/** @throws ApiProblem where nothing answered: of a change `answer-lost`, since it may have been made */
export async function once(call: Call, token: string): Promise<Response> {
  const { url, method, headers, body, signal, isChange, digest } = call;
  if (isChange) headers.set('x-csrf-token', token);
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal,
      credentials: 'same-origin',
      redirect: 'error',
      ...(body && body.byteLength > 0 && { body }),
    });
    if (response.status >= 502) keepKey(call);
    else if (response.ok && digest) lostAnswers.forget(digest);
    reportReachable(response.status < 502 || (await isThere()));
    return response;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    keepKey(call);
    reportReachable(await isThere());
    throw isChange ? lostProblem(call) : ApiProblem.offline();
  }
}

/** The public API keeps its answers to a POST; admin keeps none. */
export const lostProblem = ({ url, method }: Call): ApiProblem =>
  ApiProblem.answerLost(method === 'POST' && url.pathname.startsWith('/admin/api/v1/'));

function keepKey({ digest, headers }: Call): void {
  const key = headers.get('idempotency-key');
  if (digest && key) lostAnswers.keep(digest, key);
}
