import { Button, Skeleton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconLock,
  IconInbox,
  IconTrashOff,
  IconWifiOff,
  type Icon,
} from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/problem.js';
import { t } from '../messages/index.js';
import { relativeTime, useNow } from './moment.js';
import { OtherWorkspaces } from './other-workspaces.js';
import classes from './states.module.css';

interface NoticeProps {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  role?: 'alert' | 'status';
}

/** What stands where content would: why there is none, and what to do. */
export function Notice({ icon: Icon, title, children, action, role }: NoticeProps) {
  return (
    <div className={classes.notice} role={role}>
      <Icon size={24} stroke={1.5} aria-hidden />
      <p className={classes.title}>{title}</p>
      {children && <div className={classes.detail}>{children}</div>}
      {action}
    </div>
  );
}

/** First use: a line and an action. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Notice icon={IconInbox} title={title} action={action}>
      {children}
    </Notice>
  );
}

/** A part that failed keeps the page: the cause, a retry, the request's id. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = ApiProblem.from(error);
  const retry = onRetry && (
    <Button variant="default" onClick={onRetry}>
      {t.actions.retry}
    </Button>
  );
  if (problem.isForbidden) {
    return (
      <Notice icon={IconLock} title={t.failure.forbidden} role="status">
        {problem.detail ?? problem.title}
      </Notice>
    );
  }
  if (problem.isGone) {
    return (
      <Notice icon={IconTrashOff} title={t.failure.gone} role="status">
        {problem.detail ?? t.failure.goneDetail}
        {problem.status === 404 && <OtherWorkspaces />}
      </Notice>
    );
  }
  return (
    <Notice
      icon={problem.isOffline ? IconWifiOff : IconAlertTriangle}
      title={problem.isOffline ? problem.title : t.failure.title}
      action={retry}
      role="alert"
    >
      {problem.detail ?? problem.title}
      {problem.requestId && <div className={classes.request}>{t.failure.requestId(problem.requestId)}</div>}
    </Notice>
  );
}

/** The role lacks what the whole page needs. */
export function Forbidden({ permission }: { permission: string }) {
  return (
    <Notice icon={IconLock} title={t.failure.forbidden} role="status">
      {t.failure.forbiddenDetail(permission)}
    </Notice>
  );
}

/** Bars where content will be, not before 200 ms: what is quick does not flash. */
export function Loading({ rows = 5, height = 20 }: { rows?: number; height?: number }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.loading} role="status" aria-label={t.table.loading}>
      {isLate && Array.from({ length: rows }, (_, row) => <Skeleton key={row} height={height} radius="sm" />)}
    </div>
  );
}

interface Query<T> {
  data: T | undefined;
  error: Error | null;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** What a query may still show: nothing, where the last answer was that it is gone or not for this person. */
export function shownOf<T>({ data, error }: Pick<Query<T>, 'data' | 'error'>): T | undefined {
  if (!error) return data;
  const problem = ApiProblem.from(error);
  return problem.isGone || problem.isForbidden ? undefined : data;
}

/** Over what could not be fetched again: from when it is, and why. Nothing where all is well. */
export function Stale({ query }: { query: Query<unknown> }) {
  return query.error && shownOf(query) !== undefined ? <AsOf query={query} error={query.error} /> : null;
}

function AsOf({ query, error }: { query: Query<unknown>; error: Error }) {
  const problem = ApiProblem.from(error);
  const StaleIcon = problem.isOffline ? IconWifiOff : IconAlertTriangle;
  return (
    <div className={classes.stale}>
      <StaleIcon size={16} aria-hidden />
      <strong>{t.time.stale(relativeTime(query.dataUpdatedAt, useNow()))}</strong>
      <span role="status">
        {problem.detail ?? problem.title}
        {problem.requestId && <> {t.failure.requestId(problem.requestId)}</>}
      </span>
      <Button variant="default" onClick={() => void query.refetch()}>
        {t.actions.retry}
      </Button>
    </div>
  );
}

/** The ends of a query: its content (beneath since when it is old, if it is), its failure, or waiting. */
export function Loaded<T>({
  query,
  rows,
  children,
}: {
  query: Query<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  const data = shownOf(query);
  if (data !== undefined)
    return (
      <>
        <Stale query={query} />
        {children(data)}
      </>
    );
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading rows={rows} />;
}
