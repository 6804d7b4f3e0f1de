import { pageHeaders } from '../api/page-headers.js';
import { ApiProblem } from '../api/problem.js';
import type { components } from '../api/schema.js';
import { readFrames } from './event-frames.js';

export type LiveEvent = components['schemas']['CloudEvent'];

/** What the stream of events says; see the API's description of it. */
export type LiveFrame =
  | { event: 'open'; position: number; workspace: string }
  | ({ event: 'events' } & components['schemas']['LiveEvents'])
  | { event: 'gap'; position: number; missed: number }
  | { event: 'session-ended'; reason: 'session' | 'workspace' | 'suspended' | 'role' };

/** What happened since the frame before: how much of each type, and the latest 50, oldest first. */
export interface LiveBatch {
  count: number;
  counts: Record<string, number>;
  latest: LiveEvent[];
}

export type LiveMessage =
  { kind: 'batch'; workspace: string; batch: LiveBatch } | { kind: 'gap'; workspace: string };

/** The server gives a sign of life each 15 s: without one for so long, the connection is dead. */
const silenceMs = 40_000;

/**
 * One stream of a workspace's events, until it ends. Not by EventSource: that cannot say which workspace this page
 * is in, nor tell a refusal from a server that is gone.
 */
export async function* liveFrames(
  workspace: string,
  after: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<LiveFrame> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), silenceMs);
  const onSign = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), silenceMs);
  };
  try {
    const response = await fetch(`/admin/api/events${after === undefined ? '' : `?after=${after}`}`, {
      headers: { ...pageHeaders(), accept: 'text/event-stream', 'evergrant-workspace': workspace },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!response.ok || !response.body) throw await ApiProblem.of(response);
    for await (const { event, id, data } of readFrames(response.body, onSign)) {
      yield { event, position: Number(id), ...(JSON.parse(data) as object) } as LiveFrame;
    }
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
}

/**
 * The newest events there are, oldest first: what a list of them begins with. One tab after the other: a session may
 * have only few streams open.
 */
export function recentEvents(workspace: string, count: number, signal: AbortSignal): Promise<LiveEvent[]> {
  return navigator.locks.request('evergrant.live.recent', { signal }, () =>
    readRecent(workspace, count, signal),
  );
}

async function readRecent(workspace: string, count: number, signal: AbortSignal): Promise<LiveEvent[]> {
  let newest = 0;
  for await (const frame of liveFrames(workspace, undefined, signal)) {
    if (frame.event === 'open') newest = frame.position;
    break;
  }
  if (newest === 0) return [];
  for await (const frame of liveFrames(workspace, Math.max(0, newest - count), signal)) {
    if (frame.event === 'open') continue;
    return frame.event === 'events' ? frame.events : [];
  }
  return [];
}
