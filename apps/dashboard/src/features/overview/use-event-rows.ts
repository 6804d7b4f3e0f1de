import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { usePageState } from '../../api/session-state.js';
import { recentEvents } from '../../live/live-frames.js';
import { onLive, type LiveBatch } from '../../live/live-stream.js';
import { joined, keptEvents, noRows, released, withBatch, type EventRows } from './event-rows.js';

/** At most so often the rows are painted. */
const paintMs = 250;
const rateOverMs = 3_000;

export interface LiveRows extends EventRows {
  /** Events a second, over the last three. */
  rate: number;
  release: () => void;
  error: Error | null;
  isLoading: boolean;
  retry: () => void;
}

/** The latest events of the workspace; while they are held, what comes waits and is counted. */
export function useEventRows(isHeld: boolean): LiveRows {
  const workspace = usePageState().session?.workspace?.id ?? '';
  const [rows, setRows] = useState<EventRows>(noRows);
  const [rate, setRate] = useState(0);
  const held = useRef(isHeld);
  held.current = isHeld;
  const before = useQuery({
    queryKey: ['live-events', workspace],
    queryFn: ({ signal }) => recentEvents(workspace, keptEvents, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  const { data: recent, refetch } = before;
  useEffect(() => {
    if (recent) setRows((all) => withBatch(all, { count: 0, counts: {}, latest: recent }, false));
  }, [recent]);
  useEffect(() => {
    let batch: LiveBatch | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lately: { at: number; count: number }[] = [];
    const paint = (): void => {
      timer = undefined;
      const next = batch;
      batch = undefined;
      if (next) setRows((all) => withBatch(all, next, held.current));
    };
    const stop = onLive(
      (message) => {
        if (message.kind === 'gap') return void refetch();
        batch = batch ? joined(batch, message.batch) : message.batch;
        lately.push({ at: Date.now(), count: message.batch.count });
        timer ??= setTimeout(paint, paintMs);
      },
      { whilePaused: true },
    );
    const measure = setInterval(() => {
      lately = lately.filter(({ at }) => at > Date.now() - rateOverMs);
      setRate(Math.round(lately.reduce((sum, each) => sum + each.count, 0) / (rateOverMs / 1_000)));
    }, 1_000);
    return () => {
      stop();
      clearTimeout(timer);
      clearInterval(measure);
    };
  }, [refetch]);
  useEffect(() => {
    if (!isHeld) setRows(released);
  }, [isHeld]);
  return {
    ...rows,
    rate,
    release: useCallback(() => setRows(released), []),
    error: before.error,
    isLoading: before.isPending,
    retry: useCallback(() => void refetch(), [refetch]),
  };
}
