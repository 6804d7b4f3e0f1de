import { subscribe } from 'node:diagnostics_channel';

type Listener = () => void;

const listeners = new WeakMap<object, Listener>();
let waiting: Listener | undefined;

/*
 * undici publishes `undici:request:create` while it takes a request in, and `undici:client:sendHeaders` right before
 * the first byte goes to the socket. Node's own fetch publishes on the same channels, hence the map: a request that was
 * not created inside our own `dispatch` is not ours.
 */
subscribe('undici:request:create', (message) => {
  if (!waiting) return;
  listeners.set(requestOf(message), waiting);
  waiting = undefined;
});

subscribe('undici:client:sendHeaders', (message) => {
  listeners.get(requestOf(message))?.();
});

/**
 * Runs `dispatch`, which must create exactly one undici request before it returns, and calls `onWrite` right before the
 * first byte of that request is written. Where undici announced no request, writing cannot be observed: `onWrite` is
 * called at once, since believing that nothing was sent is the one mistake that loses tokens.
 */
export function observeWrite(onWrite: Listener, dispatch: () => void): void {
  waiting = onWrite;
  try {
    dispatch();
  } finally {
    const unobserved = waiting !== undefined;
    waiting = undefined;
    if (unobserved) onWrite();
  }
}

function requestOf(message: unknown): object {
  if (typeof message === 'object' && message !== null && 'request' in message) {
    const { request } = message;
    if (typeof request === 'object' && request !== null) return request;
  }
  return {};
}
