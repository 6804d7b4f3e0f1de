import { t } from '../messages/index.js';

const words = t.failure;

/** What a service answered that was not a success: RFC 9457, or the network's silence. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';

  constructor(
    /** `/problems/<slug>`: the last segment; of our own where no service said anything. */
    readonly slug: string,
    readonly status: number,
    readonly title: string,
    readonly detail: string | undefined,
    readonly fields: readonly { pointer: string; detail: string }[],
    readonly requestId: string | undefined,
    /** All of its members, for those that have more to say (e.g. `current` of a 412). */
    readonly members: Readonly<Record<string, unknown>>,
  ) {
    super(detail ?? title);
  }

  static async of(response: Response): Promise<ApiProblem> {
    const body: unknown = await response.json().catch(() => ({}));
    const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const { type, title, detail, errors, request_id: requestId } = members;
    return new ApiProblem(
      typeof type === 'string' ? (type.split('/').at(-1) ?? '') : '',
      response.status,
      typeof title === 'string' ? title : `HTTP ${response.status}`,
      typeof detail === 'string' ? detail : undefined,
      Array.isArray(errors) ? (errors as { pointer: string; detail: string }[]) : [],
      typeof requestId === 'string' ? requestId : (response.headers.get('x-request-id') ?? undefined),
      members,
    );
  }

  /** Nothing answered what was only read. */
  static offline(): ApiProblem {
    return own('offline', words.offlineTitle, words.offline);
  }

  /** Nothing answered a change: it may have been made. */
  static answerLost(isDoneOnce: boolean): ApiProblem {
    return own('answer-lost', words.lostTitle, isDoneOnce ? words.lostOnce : words.lost);
  }

  /** A change that was not even tried while nothing answers. */
  static notSent(): ApiProblem {
    return own('not-sent', words.notSentTitle, words.notSent);
  }

  /** Another person or workspace than this page is about. */
  static elsewhere(): ApiProblem {
    return own('elsewhere', words.elsewhereTitle, words.elsewhere);
  }

  static notSignedIn(): ApiProblem {
    return own('not-signed-in', t.shell.signIn.endedTitle, t.shell.signIn.ended);
  }

  get isOffline(): boolean {
    return this.slug === 'offline';
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }

  get isGone(): boolean {
    return this.status === 404 || this.status === 410;
  }

  /** What was thrown, as a problem. */
  static from(thrown: unknown): ApiProblem {
    if (thrown instanceof ApiProblem) return thrown;
    return new ApiProblem('unexpected', 0, String(thrown), undefined, [], undefined, {});
  }
}

const own = (slug: string, title: string, detail: string): ApiProblem =>
  new ApiProblem(slug, 0, title, detail, [], undefined, {});
