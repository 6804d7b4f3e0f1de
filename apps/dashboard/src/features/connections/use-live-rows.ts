import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { onLive } from '../../live/live-stream.js';
import {
  connectionsQuery,
  newestFirst,
  sortOf,
  type ConnectionPage,
  type ListedConnection,
} from './connections.query.js';
import { filterOf, type ConnectionsSearch } from './connections.search.js';
import { isNewcomer } from './newcomers.js';

const lateMs = 5_000;
/** More than anybody counts. */
export const mostNews = 1_000;

/**
 * Live events change the rows that are shown where they are; new connections only count up, so that no row jumps, and
 * only where they would come first. Of a batch so large that its events are not all in it, and of one that came while
 * the page was being read, whose answer may be older, the page is read again a little later.
 */
export function useLiveRows(search: ConnectionsSearch): { news: number; showNews: () => void } {
  const queries = useQueryClient();
  const fresh = useRef(new Set<string>());
  const [news, setNews] = useState(0);
  const { queryKey: key } = connectionsQuery(search);
  const latest = useRef({ key, search });
  latest.current = { key, search };
  const at = JSON.stringify(key);
  const forget = (): void => {
    fresh.current.clear();
    setNews(0);
  };
  useEffect(forget, [at]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = (): void => {
      timer = undefined;
      void queries.invalidateQueries({ queryKey: latest.current.key, exact: true });
    };
    const stop = onLive((message) => {
      if (message.kind === 'gap') return;
      const told = Object.values(message.batch.counts).reduce((sum, each) => sum + each, 0);
      const { data: page, fetchStatus } = queries.getQueryState<ConnectionPage>(latest.current.key) ?? {};
      const shown = new Set(page?.data.map(({ id }) => id));
      const isReading =
        fetchStatus === 'fetching' &&
        (!page || message.batch.latest.some(({ subject }) => shown.has(subject)));
      if (isReading || told > message.batch.latest.length) timer ??= setTimeout(readAgain, lateMs);
      if (!page) return;
      for (const id of shown) fresh.current.delete(id);
      const { search: wanted } = latest.current;
      const isTop = sortOf(wanted) === newestFirst && wanted.cursor === undefined;
      for (const event of message.batch.latest) {
        const { subject } = event;
        if (shown.has(subject)) change(subject, event.data);
        else if (
          isTop &&
          fresh.current.size < mostNews &&
          isNewcomer(event, filterOf(wanted), page.data[0]?.id)
        )
          fresh.current.add(subject);
      }
      setNews(fresh.current.size);
    });
    const change = (id: string, data: unknown): void => {
      queries.setQueryData<ConnectionPage>(
        latest.current.key,
        (page) =>
          page && { ...page, data: page.data.map((row) => (row.id === id ? patched(row, data) : row)) },
      );
    };
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queries]);
  return {
    news,
    showNews: () => {
      forget();
      void queries.invalidateQueries({ queryKey: latest.current.key, exact: true });
    },
  };
}

function patched(row: ListedConnection, data: unknown): ListedConnection {
  const { state, reason, expires_at, generation } = data as Record<string, unknown>;
  const next = { ...row };
  if (typeof state === 'string') {
    next.state = state as ListedConnection['state'];
    next.reason =
      typeof reason === 'string'
        ? { code: reason, detail: null, http_status: null, at: new Date().toISOString() }
        : null;
  }
  if (typeof expires_at === 'string') next.expires_at = expires_at;
  if (typeof generation === 'number') next.generation = generation;
  return next;
}
