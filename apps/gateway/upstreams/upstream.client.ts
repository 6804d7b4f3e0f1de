import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { UpstreamName } from '#platform';
import { AnswerHandler, type UpstreamResponse } from './answer-handler.js';
import { RequestBody } from './request-body.js';
import { type Replica, Rotation } from './rotation.js';
import { failureOf, UpstreamError, type UpstreamFailure } from './upstream-error.js';

/** What happened to one attempt at one replica; told to whoever counts. */
export interface AttemptObserver {
  (upstream: UpstreamName, outcome: 'answered' | 'refused' | 'broken' | 'timed-out'): void;
}

export interface UpstreamClientOptions {
  name: UpstreamName;
  origins: readonly string[];
  connectTimeoutMs: number;
  answerTimeoutMs: number;
  observe?: AttemptObserver;
}

export interface UpstreamRequest {
  path: string;
  method: string;
  headers: IncomingHttpHeaders;
  body?: unknown;
  /** Gives up whatever the state; without it, the client's time limits hold. */
  signal?: AbortSignal;
}

type Answered = (error: Error | null, response?: UpstreamResponse) => void;

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** The silence after which a streamed answer is given up; event streams must send a heartbeat more often. */
const silenceMs = 300_000;

/** All replicas of one service behind one call. An instance also serves @fastify/reply-from as its transport. */
export class UpstreamClient {
  readonly rotation: Rotation;
  private readonly pools: ReadonlyMap<string, Pool>;

  constructor(private readonly options: UpstreamClientOptions) {
    this.rotation = new Rotation(options.origins);
    const poolOptions = {
      connections: 256,
      headersTimeout: options.answerTimeoutMs,
      bodyTimeout: silenceMs,
      connect: { timeout: options.connectTimeoutMs },
    };
    this.pools = new Map(options.origins.map((origin) => [origin, new Pool(origin, poolOptions)]));
  }

  get name(): UpstreamName {
    return this.options.name;
  }

  /** The transport shape of @fastify/reply-from: the answer, or an UpstreamError. */
  request(request: UpstreamRequest, answered: Answered): void {
    this.send(request).then((response) => answered(null, response), answered);
  }

  /**
   * Sends to one replica, and to another while surely nothing was sent, or where sending twice does no harm
   * (RFC 9110 section 9.2.1) and the first one broke off. Throws UpstreamError.
   */
  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const body = request.body instanceof Readable ? new RequestBody(request.body) : undefined;
    const tried = new Set<Replica>();
    let failed: { failure: UpstreamFailure; cause: unknown } | undefined;
    for (;;) {
      const replica = this.rotation.next(performance.now(), tried);
      if (!replica)
        throw new UpstreamError(this.name, failed?.failure ?? 'unreachable', { cause: failed?.cause });
      tried.add(replica);
      try {
        return await this.attempt(replica, request, body);
      } catch (cause) {
        const failure = failureOf(cause);
        if (failed?.failure !== 'broken') failed = { failure, cause };
        this.options.observe?.(this.name, failure === 'unreachable' ? 'refused' : failure);
        if (failure === 'unreachable') this.rotation.refused(replica, performance.now());
        const harmless = failure === 'broken' && safeMethods.has(request.method);
        if (body?.started || !(failure === 'unreachable' || harmless))
          throw new UpstreamError(this.name, failure, { cause });
      }
    }
  }

  /** The best that a replica says of itself. Throws unless at least one is ready. */
  async readiness(timeoutMs: number): Promise<'ok' | 'degraded'> {
    const asked = this.rotation.replicas.map(async (replica) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await this.poolOf(replica).request({ path: '/health/ready', method: 'GET', signal });
      const { status } = (await answer.body.json()) as { status?: unknown };
      if (answer.statusCode !== 200) throw new Error(`${replica.origin} answers ${answer.statusCode}`);
      return status;
    });
    const ready = (await Promise.allSettled(asked)).filter((one) => one.status === 'fulfilled');
    if (ready.length === 0) throw new Error(`no replica of ${this.name} is ready`);
    return ready.every(({ value }) => value === 'degraded') ? 'degraded' : 'ok';
  }

  /** Ends the connections, once the answers under way are done. */
  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
  }

  private async attempt(
    replica: Replica,
    request: UpstreamRequest,
    body: RequestBody | undefined,
  ): Promise<UpstreamResponse> {
    replica.inFlight += 1;
    const answer = new AnswerHandler(() => (replica.inFlight -= 1), request.signal);
    const { path, method, headers } = request;
    // The client takes any async iterable; its types name only streams.
    const stream = body as unknown as Readable | undefined;
    this.poolOf(replica).dispatch({ path, method, headers, body: stream }, answer);
    const response = await answer.response;
    this.rotation.answered(replica);
    this.options.observe?.(this.name, 'answered');
    return response;
  }

  private poolOf(replica: Replica): Pool {
    const pool = this.pools.get(replica.origin);
    if (!pool) throw new Error(`no pool for ${replica.origin}`);
    return pool;
  }
}
