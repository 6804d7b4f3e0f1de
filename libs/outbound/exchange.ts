import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { failure } from './failure.js';
import { OutboundError, type OutboundErrorCode } from './outbound-error.js';

export interface ExchangeTerms {
  host: string;
  /** On performance.now()'s clock, which does not jump. */
  deadlineAt: number;
  maxBodyBytes: number;
  beforeWrite?: () => boolean | void;
}

/** An answer as it came over the wire, its body still encoded. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One request and its answer, told by undici through these callbacks. Settles once, whatever comes later. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<RawAnswer>;
  #resolve!: (answer: RawAnswer) => void;
  #reject!: (error: OutboundError) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #written = false;
  #status: number | undefined;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #received = 0;

  constructor(private readonly terms: ExchangeTerms) {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** From here on every failure is ambiguous. */
  markWritten(): void {
    this.#written = true;
  }

  /** Ends it from outside, at the deadline or on the caller's signal. */
  stop(code: OutboundErrorCode): void {
    this.fail(new OutboundError(code, 'not_sent'));
  }

  /** Ends it with what undici or a socket said. */
  fail(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#chunks = [];
    const told = failure(error, this.#written, { host: this.terms.host, status: this.#status });
    this.#reject(told);
    this.#controller?.abort(told);
  }

  /** The connection is open and nothing was written yet; throwing here makes undici drop the request unwritten. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici would write a request again that a dying socket gave back; ours is written once.
    if (this.#settled || this.#controller) throw this.#refusal('connection-lost');
    if (performance.now() >= this.terms.deadlineAt) throw this.#refusal('deadline-exceeded');
    if (!this.#mayWrite()) throw this.#refusal('stopped-before-write');
    this.#controller = controller;
  }

  onRequestSent(): void {
    this.markWritten();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.markWritten();
    // 100 Continue and 103 Early Hints come before the answer.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length'] ?? 0) > this.terms.maxBodyBytes) this.stop('body-too-large');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.terms.maxBodyBytes) {
      this.stop('body-too-large');
    } else {
      this.#chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    if (this.#status === undefined) {
      this.stop('response-malformed');
      return;
    }
    this.#settled = true;
    this.#resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  #mayWrite(): boolean {
    try {
      const verdict: unknown = this.terms.beforeWrite?.();
      return verdict === undefined || verdict === true;
    } catch {
      return false;
    }
  }

  #refusal(code: OutboundErrorCode): OutboundError {
    return new OutboundError(code, this.#written ? 'ambiguous' : 'not_sent', { host: this.terms.host });
  }
}
