import { currentSession, onSession } from '../api/session-state.js';
import type { LiveMessage } from './live-frames.js';
import { LiveTab } from './live-tab.js';

export type { LiveBatch, LiveEvent, LiveMessage } from './live-frames.js';

export type LiveStatus = 'on' | 'off' | 'paused';

type Listener = (message: LiveMessage) => void;
const listeners = new Map<Listener, { whilePaused: boolean }>();
const statusListeners = new Set<() => void>();
let status: 'on' | 'off' = 'off';
let isPaused = false;

export const liveStatus = (): LiveStatus => (isPaused ? 'paused' : status);

function setStatus(next: 'on' | 'off'): void {
  if (next === status) return;
  status = next;
  for (const listener of statusListeners) listener();
}

export function onLiveStatus(listener: () => void): () => void {
  statusListeners.add(listener);
  return () => statusListeners.delete(listener);
}

/** Nothing on the page moves by itself until it is resumed; then whatever may have changed is fetched again. */
export function pauseLive(paused: boolean): void {
  if (paused === isPaused) return;
  isPaused = paused;
  for (const listener of statusListeners) listener();
  const workspace = currentSession()?.workspace?.id;
  if (paused || !workspace) return;
  for (const [listener, { whilePaused }] of listeners) if (!whilePaused) listener({ kind: 'gap', workspace });
}

/**
 * Every batch of the present workspace; a gap says that something may have been missed: fetch again. `whilePaused` is
 * for who counts what waits meanwhile.
 */
export function onLive(listener: Listener, { whilePaused = false } = {}): () => void {
  listeners.set(listener, { whilePaused });
  return () => listeners.delete(listener);
}

function deliver(message: LiveMessage): void {
  if (message.workspace !== currentSession()?.workspace?.id) return;
  for (const [listener, { whilePaused }] of listeners) if (!isPaused || whilePaused) listener(message);
}

/**
 * One stream a browser: the tab that holds the lock reads and tells the others (HTTP/1.1 allows six connections for
 * all tabs together). A hidden tab gives the lock away and is told of a gap when it is looked at again.
 */
export function startLive(workspace: string): () => void {
  const stop = new AbortController();
  const tab = new LiveTab(workspace, { deliver, setStatus, status: () => status }, stop.signal);
  document.addEventListener('visibilitychange', tab.compete);
  const stopHearing = onSession(tab.resume);
  tab.compete();
  return () => {
    stop.abort();
    stopHearing();
    document.removeEventListener('visibilitychange', tab.compete);
    tab.leave();
    setStatus('off');
  };
}
