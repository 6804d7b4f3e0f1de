import { Readable } from 'node:stream';

/** Silence after which a comment goes out, so that nobody on the way takes the stream for dead. */
const heartbeatMs = 15_000;
/** So much may wait for a client that reads slowly: some ten frames. More, and it is cut off. */
const waitingBytes = 256 * 1024;

/** Why a stream ended for good. */
export type StreamEnd = 'session' | 'workspace' | 'suspended' | 'role';

/** What one stream is for. */
export interface StreamOwner {
  session: string;
  workspace: string;
}

/** One client's Server-Sent Events (HTML Living Standard, 9.2.6). */
export class LiveStream {
  readonly body: Readable;
  private spokeAt: number;
  private ended = false;

  constructor(
    readonly owner: StreamOwner,
    /** The last event that it told of. */
    public position: number,
    closed: (stream: LiveStream) => void,
    now = Date.now(),
  ) {
    this.spokeAt = now;
    this.body = new Readable({ read: () => undefined });
    this.body.once('close', () => closed(this));
    // A client that went away is no error of ours.
    this.body.on('error', () => undefined);
  }

  /** Tells a frame; its id is what the client resumes after. */
  tell(event: string, data: object, now = Date.now()): void {
    this.write(`event: ${event}\nid: ${this.position}\ndata: ${JSON.stringify(data)}\n\n`, now);
  }

  /** How soon to come back after an end that is none. */
  retryAfter(ms: number): void {
    this.write(`retry: ${ms}\n\n`, Date.now());
  }

  beat(now = Date.now()): void {
    if (now - this.spokeAt >= heartbeatMs) this.write(`:\n\n`, now);
  }

  /** For good: the client must not come back. */
  end(reason: StreamEnd): void {
    this.tell('session-ended', { reason });
    this.leave();
  }

  /** The client may come back, to another replica. */
  leave(): void {
    this.ended = true;
    this.body.push(null);
  }

  private write(text: string, now: number): void {
    if (this.ended || this.body.destroyed) return;
    this.spokeAt = now;
    this.body.push(text);
    if (this.body.readableLength > waitingBytes) this.body.destroy(new Error('the client reads too slowly'));
  }
}
