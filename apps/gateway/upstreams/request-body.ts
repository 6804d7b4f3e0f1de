import type { Readable } from 'node:stream';

/**
 * A request body that knows whether anybody began to read it: an untouched one may go to another replica.
 * It is handed over as an iterable, because the HTTP client destroys a stream when a connection is refused.
 */
export class RequestBody implements AsyncIterable<Buffer> {
  started = false;

  constructor(private readonly source: Readable) {}

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    this.started = true;
    return this.source[Symbol.asyncIterator]();
  }
}
