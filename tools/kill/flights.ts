import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

interface Flight {
  onSent: () => void;
  lastByteAt: number | undefined;
}

const current = new AsyncLocalStorage<Flight>();
const ofRequest = new WeakMap<object, Flight>();

subscribe('undici:request:create', (message) => {
  const flight = current.getStore();
  if (flight) ofRequest.set(requestOf(message), flight);
});
subscribe('undici:request:bodySent', (message) => ofRequest.get(requestOf(message))?.onSent());
subscribe('undici:request:trailers', (message) => {
  const flight = ofRequest.get(requestOf(message));
  if (flight) flight.lastByteAt = performance.now();
});

/** Token requests as the HTTP client itself tells of them: when the last byte went out, and when the last came in. */
export class Flights {
  readonly landingMs: number[] = [];
  private readonly byAttempt = new Map<string, Flight>();

  /** `onSent`: the whole request was handed to the socket. */
  follow<T>(attempt: string, onSent: () => void, send: () => Promise<T>): Promise<T> {
    const flight = { onSent, lastByteAt: undefined };
    this.byAttempt.set(attempt, flight);
    return current.run(flight, send);
  }

  landed(attempt: string): void {
    const now = performance.now();
    const at = this.byAttempt.get(attempt)?.lastByteAt;
    this.byAttempt.delete(attempt);
    if (at !== undefined) this.landingMs.push(now - at);
  }
}

function requestOf(message: unknown): object {
  return (message as { request: object }).request;
}
