import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { t } from '../../messages/index.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { timelineQuery } from './connection.query.js';
import { foldTimeline } from './fold-timeline.js';
import { TimelineLine, Retries } from './timeline.line.js';
import classes from './connection.module.css';

const words = t.connection.timeline;

/** Attempts, events and audit entries as one list, newest first; further back by the cursor. */
export function TimelineTab({ id }: { id: string }) {
  const query = useInfiniteQuery(timelineQuery(id));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const items = useMemo(() => foldTimeline(data?.pages.flatMap((page) => page.data) ?? []), [data]);
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading rows={6} />;
  if (items.length === 0) return <Empty title={words.empty} />;
  return (
    <>
      <ol className={classes.timeline}>
        {items.map((item) =>
          item.kind === 'one' ? (
            <TimelineLine key={item.id} entry={item.entry} />
          ) : (
            <Retries key={item.id} attempts={item.attempts} />
          ),
        )}
      </ol>
      {error && <Failure error={error} onRetry={() => void fetchNextPage()} />}
      {hasNextPage ? (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.older}
        </Button>
      ) : (
        <p className={classes.quiet}>{words.end}</p>
      )}
    </>
  );
}
