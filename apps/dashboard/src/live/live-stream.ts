import { currentSession, requestSignIn } from '../api/session-state.js';
import { ApiProblem } from '../api/problem.js';
import { renewSession } from '../api/client.js';
import type { components } from '../api/schema.js';

export type LiveEvent = components['schemas']['CloudEvent'];

/** What happened since the frame before: how many of each type, and the latest of them. */
export interface LiveBatch {
  counts: Record<string, number>;
  latest: LiveEvent[];
}

export type LiveStatus = 'on' | 'off' | 'paused';

type Message = { kind: 'batch'; workspace: string; batch: LiveBatch } | { kind: 'gap'; workspace: string };
type Listener = (message: Message) => void;

const listeners = new Set<Listener>();
const statusListeners = new Set<() => void>();
let status: LiveStatus = 'off';
let isPaused = false;

export const liveStatus = (): LiveStatus => (isPaused ? 'paused' : status);

function setStatus(next: LiveStatus): void {
  status = next;
  for (const listener of statusListeners) listener();
}

export function onLiveStatus(listener: () => void): () => void {
  statusListeners.add(listener);
  return () => statusListeners.delete(listener);
}

export function pauseLive(paused: boolean): void {
  isPaused = paused;
  for (const listener of statusListeners) listener();
  if (!paused) deliver({ kind: 'gap', workspace: currentSession()?.workspace?.id ?? '' });
}

/** Every batch of the present workspace; a gap says that something may have been missed: fetch again. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function deliver(message: Message): void {
  if (isPaused || message.workspace !== currentSession()?.workspace?.id) return;
  for (const listener of listeners) listener(message);
}

/**
 * One EventSource a browser: the tab that holds the lock reads and tells the others (HTTP/1.1 allows six connections
 * for all tabs together). A hidden tab gives the lock away.
 */
export function startLive(workspace: string): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel('evergrant.live');
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.workspace === workspace) setStatus('on');
    deliver(data);
  };
  let lead: AbortController | undefined;
  const compete = (): void => {
    lead?.abort();
    if (document.hidden || stop.signal.aborted) return;
    const mine = (lead = new AbortController());
    void navigator.locks
      .request(`evergrant.live.${workspace}`, { signal: mine.signal }, () =>
        read(workspace, channel, mine.signal),
      )
      .catch(() => {});
  };
  document.addEventListener('visibilitychange', compete);
  compete();
  return () => {
    stop.abort();
    lead?.abort();
    document.removeEventListener('visibilitychange', compete);
    channel.close();
    setStatus('off');
  };
}

function read(workspace: string, channel: BroadcastChannel, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const tell = (message: Message): void => {
      channel.postMessage(message);
      deliver(message);
    };
    const source = new EventSource(`/admin/api/events?workspace=${encodeURIComponent(workspace)}`);
    let wasOpen = false;
    source.onopen = () => {
      setStatus('on');
      if (wasOpen) tell({ kind: 'gap', workspace });
      wasOpen = true;
    };
    source.onerror = () => setStatus('off');
    source.addEventListener('events', ({ data }: MessageEvent<string>) =>
      tell({ kind: 'batch', workspace, batch: JSON.parse(data) as LiveBatch }),
    );
    source.addEventListener('gap', () => tell({ kind: 'gap', workspace }));
    source.addEventListener('session-ended', () => {
      source.close();
      setStatus('off');
      void askToSignIn().then(resolve);
    });
    signal.addEventListener('abort', () => {
      source.close();
      setStatus('off');
      resolve();
    });
  });
}

/** The session was ended elsewhere: say so now, not at the next click. */
async function askToSignIn(): Promise<void> {
  const problem = new ApiProblem('not-signed-in', 401, 'Nobody is signed in', undefined, [], undefined, {});
  await requestSignIn({ why: 'ended' }, problem).then(renewSession, () => undefined);
}
