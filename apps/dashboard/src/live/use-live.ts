import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { usePageState } from '../api/session-state.js';
import { liveStatus, onLive, onLiveStatus, startLive, type LiveStatus } from './live-stream.js';

/** Which cached answers an event makes old, by the beginning of its type. */
const concerns: [prefix: string, keys: string[]][] = [
  ['connection.', ['connections', 'connection', 'overview', 'troubles']],
  ['token.', ['connection', 'overview']],
  ['integration.', ['integrations', 'integration', 'overview']],
  ['provider.', ['overview', 'troubles', 'incidents']],
  ['security_event.', ['signals']],
  ['revocation.', ['revocations', 'revocation']],
];

/** Reads the events while the page is open: what is shown and concerned is fetched again, at most once a second. */
export function useLive(): void {
  const queries = useQueryClient();
  const workspace = usePageState().session?.workspace?.id;
  const isAllowed = usePageState().session?.permissions.includes('connections:read');
  useEffect(() => {
    if (!workspace || !isAllowed) return;
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      const keys = [...stale];
      stale.clear();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => keys.includes(String(queryKey[0])) });
    };
    const stopListening = onLive((message) => {
      if (message.kind === 'gap') return void queries.invalidateQueries();
      for (const type of Object.keys(message.batch.counts)) {
        for (const [prefix, keys] of concerns)
          if (type.startsWith(prefix)) for (const key of keys) stale.add(key);
      }
      timer ??= setTimeout(flush, 1_000);
    });
    const stop = startLive(workspace);
    return () => {
      stop();
      stopListening();
      clearTimeout(timer);
    };
  }, [workspace, isAllowed, queries]);
}

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(onLiveStatus, liveStatus);
}
