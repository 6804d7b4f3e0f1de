import { ActionIcon, Skeleton, Tooltip } from '@mantine/core';
import { IconChartBar, IconCircleCheck, IconTable } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Component, Suspense, useState, type ReactNode } from 'react';
import { t } from '../../messages/index.js';
import { Card } from '../../ui/page.js';
import { Empty, Failure, Notice, shownOf, Stale } from '../../ui/states.js';
import classes from './part.module.css';

const words = t.overview.part;

interface PartProps<T> {
  question: string;
  query: UseQueryResult<T>;
  /** One sentence, from the data. */
  summary: (data: T) => string;
  /** What the axes are. */
  caption: string;
  /** Where there is nothing to plot: the words for that. */
  nothing?: (data: T) => ReactNode;
  /** What the colours mean, with values; links that filter. */
  legend?: (data: T) => ReactNode;
  /** Without a chart the table is all there is. */
  chart?: (data: T, summary: string) => ReactNode;
  table: (data: T) => ReactNode;
}

/** One question: a card that loads, fails and is empty on its own, always of one height. */
export function Part<T>({ question, query, summary, ...rest }: PartProps<T>) {
  const [isTable, setTable] = useState(false);
  const data = shownOf(query);
  const toggle = isTable ? words.asChart(question) : words.asTable(question);
  return (
    <Card>
      <section className={classes.part} aria-label={question}>
        <header className={classes.header}>
          <h2>{question}</h2>
          {rest.chart && data !== undefined && (
            <Tooltip label={isTable ? t.actions.showAsChart : t.actions.showAsTable}>
              <ActionIcon size={28} aria-label={toggle} onClick={() => setTable(!isTable)}>
                {isTable ? <IconChartBar size={16} /> : <IconTable size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </header>
        {data !== undefined && <Filled {...rest} {...{ query, data, isTable }} summary={summary(data)} />}
        {data === undefined && query.error && (
          <div className={classes.body}>
            <Failure error={query.error} onRetry={() => void query.refetch()} />
          </div>
        )}
        {data === undefined && !query.error && <Waiting />}
      </section>
    </Card>
  );
}

type FilledProps<T> = Omit<PartProps<T>, 'question' | 'summary'> & {
  data: T;
  summary: string;
  isTable: boolean;
};

function Filled<T>({
  query,
  data,
  summary,
  isTable,
  caption,
  nothing,
  legend,
  chart,
  table,
}: FilledProps<T>) {
  const empty = nothing?.(data);
  const tabled = (
    <div className={classes.scroller} tabIndex={0} role="region" aria-label={caption}>
      {table(data)}
    </div>
  );
  return (
    <>
      <p className={classes.summary}>{summary}</p>
      <Stale query={query} />
      <div className={classes.body}>
        {empty && !isTable ? (
          empty
        ) : isTable || !chart ? (
          tabled
        ) : (
          <>
            {legend?.(data)}
            <ChartGuard otherwise={<>{tabled}</>}>
              <Suspense fallback={<Skeleton className={classes.plot} radius="sm" />}>
                {chart(data, summary)}
              </Suspense>
            </ChartGuard>
          </>
        )}
      </div>
      <p className={classes.caption}>{caption}</p>
    </>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting} role="status" aria-label={t.table.loading}>
      <Skeleton height={16} width="70%" radius="sm" />
      <Skeleton className={classes.body} radius="sm" />
    </div>
  );
}

/** Nothing to plot, and why: because all is well, or because nothing was. */
export function NothingToPlot({ title, isWell = false }: { title: string; isWell?: boolean }) {
  return (
    <div className={classes.nothing}>
      {isWell ? <Notice icon={IconCircleCheck} title={title} /> : <Empty title={title} />}
    </div>
  );
}

/** A chart whose code cannot be loaded (a new release, no network) leaves its numbers. */
class ChartGuard extends Component<{ otherwise: ReactNode; children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? (
      <>
        <p className={classes.caption}>{words.noChart}</p>
        {this.props.otherwise}
      </>
    ) : (
      this.props.children
    );
  }
}
