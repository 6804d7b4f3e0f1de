import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** A body that came whole. The proxy destroys the body of an answer that nobody waits for any more. */
export class WholeBody {
  constructor(readonly content: Buffer) {}

  destroy(): void {}
}

export interface UpstreamResponse {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: Readable | WholeBody;
}

/** Up to this length an answer is awaited whole: passing a stream on costs several times more. */
const wholeUpTo = 64 * 1024;

/**
 * Receives one answer. Rejects where it never began, or a short one broke off: nothing of it was passed on yet.
 * `left` is called once, when the replica is done with the request.
 */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly response: Promise<UpstreamResponse>;
  private readonly settled = Promise.withResolvers<UpstreamResponse>();
  private controller?: Dispatcher.DispatchController;
  private head?: Omit<UpstreamResponse, 'body'>;
  private chunks: Buffer[] = [];
  private stream?: Readable;

  constructor(
    private readonly left: () => void,
    private readonly signal?: AbortSignal,
  ) {
    this.response = this.settled.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.signal?.aborted) controller.abort(abortReason(this.signal));
    else this.signal?.addEventListener('abort', this.abort, { once: true });
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (statusCode < 200) return;
    this.head = { statusCode, headers };
    if (isShort(headers)) return;
    this.stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.stream?.readableEnded)
          controller.abort(error ?? new Error('nobody reads the answer any more'));
        done(null);
      },
    });
    // An answer that nobody waits for any more is destroyed by the proxy, which listens to no error of it.
    this.stream.on('error', () => undefined);
    this.settled.resolve({ ...this.head, body: this.stream });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.stream) this.chunks.push(chunk);
    else if (!this.stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.end();
    if (this.stream) this.stream.push(null);
    else if (this.head) this.settled.resolve({ ...this.head, body: new WholeBody(joined(this.chunks)) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.end();
    if (this.stream) this.stream.destroy(error);
    else this.settled.reject(error);
  }

  private readonly abort = (): void => this.controller?.abort(abortReason(this.signal));

  private end(): void {
    this.signal?.removeEventListener('abort', this.abort);
    this.left();
  }
}

/** Without a content type the server would guess one for a whole body. */
function isShort(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return length !== undefined && headers['content-type'] !== undefined && Number(length) <= wholeUpTo;
}

function joined(chunks: Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function abortReason(signal?: AbortSignal): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('given up');
}
