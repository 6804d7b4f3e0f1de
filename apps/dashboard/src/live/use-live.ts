import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { outdateLists } from '../api/connection-lists.js';
import { useCan, usePageState } from '../api/session-state.js';
import { concerns } from './concerns.js';
import { liveStatus, onLive, onLiveStatus, startLive, type LiveStatus } from './live-stream.js';

/** Reads the events while the page is open: what is shown and concerned is fetched again, at most once a second. */
export function useLive(): void {
  const queries = useQueryClient();
  const workspace = usePageState().session?.workspace?.id;
  const isSuspended = usePageState().session?.workspace?.suspended ?? false;
  const isAllowed = useCan('events:read');
  useEffect(() => {
    if (!workspace || !isAllowed || isSuspended) return;
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFetching = false;
    const schedule = (): void => {
      if (!isFetching && stale.size > 0) timer ??= setTimeout(() => void flush(), 1_000);
    };
    // One after the other: to fetch again cancels what is under way, and slow answers would never arrive.
    const flush = async (): Promise<void> => {
      timer = undefined;
      isFetching = true;
      const keys = new Set(stale);
      stale.clear();
      if (keys.has('connections')) void outdateLists(queries);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => keys.has(String(queryKey[0])) });
      isFetching = false;
      schedule();
    };
    const stopListening = onLive((message) => {
      if (message.kind === 'gap') return void queries.invalidateQueries();
      for (const type of Object.keys(message.batch.counts)) {
        for (const [prefix, keys] of concerns)
          if (type.startsWith(prefix)) for (const key of keys) stale.add(key);
      }
      schedule();
    });
    const stop = startLive(workspace);
    return () => {
      stop();
      stopListening();
      stale.clear();
      clearTimeout(timer);
    };
  }, [workspace, isAllowed, isSuspended, queries]);
}

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(onLiveStatus, liveStatus);
}
