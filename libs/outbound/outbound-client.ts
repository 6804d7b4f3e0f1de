import { Agent, Client, type buildConnector, type Dispatcher } from 'undici';
import { decodeAnswer, toResponse, type OutboundAnswer } from './answer.js';
import { Exchange, type RawAnswer } from './exchange.js';
import { guardedConnector, systemResolver, type Resolver } from './guarded-connector.js';
import { OutboundError } from './outbound-error.js';
import { OutboundPolicy, type OutboundPolicySettings } from './outbound-policy.js';
import { outgoingMessage, type OutboundRequest, type OutgoingMessage } from './outgoing-request.js';
import { observeWrite } from './write-observer.js';

export interface OutboundClientOptions extends OutboundPolicySettings {
  resolve?: Resolver;
  /** PEM certificates trusted instead of Node's own. */
  certificateAuthorities?: string[];
  userAgent?: string;
  /** 30 s unless told. */
  defaultDeadlineMs?: number;
  /** Of a body, encoded or not; 1 MiB unless told. */
  maxBodyBytes?: number;
}

export interface FetchInit {
  method?: string;
  headers?: Headers | Record<string, string> | [string, string][];
  body?: string | Uint8Array | URLSearchParams | null;
  signal?: AbortSignal | null;
  /** Ignored: a redirect is never followed and comes back as it is. */
  redirect?: 'manual' | 'error' | 'follow';
}

/** What oauth4webapi and jose take as their `customFetch`. */
export type OutboundFetch = (url: string | URL, init?: FetchInit) => Promise<Response>;

export type FetchDefaults = Pick<OutboundRequest, 'deadlineMs' | 'freshSocket' | 'beforeWrite' | 'signal'>;

/** The one HTTP client that leaves the house. Every failure is an OutboundError that says whether anything was sent. */
export class OutboundClient {
  /** `asFetch()` without defaults. */
  readonly fetch: OutboundFetch;
  readonly #policy: OutboundPolicy;
  readonly #socketOptions: Client.Options & { connect: buildConnector.connector };
  readonly #keptAlive: Agent;
  readonly #userAgent: string;
  readonly #defaultDeadlineMs: number;
  readonly #maxBodyBytes: number;
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: OutboundClientOptions) {
    this.#policy = new OutboundPolicy(options);
    this.#userAgent = options.userAgent ?? 'Evergrant';
    this.#defaultDeadlineMs = options.defaultDeadlineMs ?? 30_000;
    this.#maxBodyBytes = options.maxBodyBytes ?? 1024 * 1024;
    this.#socketOptions = {
      connect: guardedConnector({
        policy: this.#policy,
        resolve: options.resolve ?? systemResolver,
        certificateAuthorities: options.certificateAuthorities,
      }),
      allowH2: false,
      maxHeaderSize: 64 * 1024,
      // One total deadline instead of undici's: its own start again with every byte that drips in.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 4_000,
      // A server may ask for ten minutes; the address was validated when the socket was opened, so not for that long.
      keepAliveMaxTimeout: 10_000,
    };
    this.#keptAlive = new Agent(this.#socketOptions);
    this.fetch = this.asFetch();
  }

  /** Checks a URL as far as that is possible without DNS. @throws OutboundError `url-forbidden` or `address-forbidden`. */
  assertAllowed(url: string | URL): URL {
    return this.#policy.admit(url);
  }

  /** Any status is an answer, redirects too: they are never followed, and nothing is ever sent twice. */
  async request(url: string | URL, request: OutboundRequest = {}): Promise<OutboundAnswer> {
    const destination = this.#policy.admit(url);
    const { host } = destination;
    const message = outgoingMessage(request, host, this.#userAgent);
    if (this.#closed) throw new OutboundError('client-closed', 'not_sent', { host });
    const raw = this.#exchange(destination, message, request);
    this.#inFlight.add(raw);
    try {
      return await decodeAnswer(await raw, host, this.#maxBodyBytes);
    } finally {
      this.#inFlight.delete(raw);
    }
  }

  asFetch(defaults: FetchDefaults = {}): OutboundFetch {
    return async (url, init = {}) => {
      const signals = [defaults.signal, init.signal].filter((signal) => signal instanceof AbortSignal);
      const answer = await this.request(url, {
        ...defaults,
        method: init.method,
        headers: init.headers,
        body: init.body,
        signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
      });
      return toResponse(answer);
    };
  }

  /** Takes no more requests and resolves when those in flight have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#inFlight);
    await this.#keptAlive.destroy();
  }

  async #exchange(url: URL, message: OutgoingMessage, request: OutboundRequest): Promise<RawAnswer> {
    const { deadlineMs = this.#defaultDeadlineMs, beforeWrite, freshSocket, signal } = request;
    const deadlineAt = performance.now() + deadlineMs;
    const exchange = new Exchange({
      host: url.host,
      deadlineAt,
      maxBodyBytes: this.#maxBodyBytes,
      beforeWrite,
    });
    const giveUp = () => exchange.stop('aborted');
    const timer = setTimeout(() => exchange.stop('deadline-exceeded'), deadlineMs);
    signal?.addEventListener('abort', giveUp);
    const fresh = freshSocket ? new Client(url.origin, this.#socketOptions) : undefined;
    try {
      if (signal?.aborted) giveUp();
      else dispatch(fresh ?? this.#keptAlive, url, { ...message, reset: fresh && true }, exchange);
      return await exchange.answer;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      void fresh?.destroy(exchangeOver);
    }
  }
}

/** Made once: undici would make one, with its stack, for every socket that has done its work. */
const exchangeOver = new Error('the exchange is over');

function dispatch(
  over: Dispatcher,
  url: URL,
  message: OutgoingMessage & { reset?: boolean },
  exchange: Exchange,
): void {
  const options = { ...message, origin: url.origin, path: `${url.pathname}${url.search}` };
  try {
    observeWrite(
      () => exchange.markWritten(),
      () => void over.dispatch(options, exchange),
    );
  } catch (error) {
    exchange.fail(error);
  }
}
