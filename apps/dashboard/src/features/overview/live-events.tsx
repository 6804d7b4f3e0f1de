import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowUp, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { pauseLive } from '../../live/live-stream.js';
import { useLiveStatus } from '../../live/use-live.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { shortCount } from '../../ui/number.js';
import { Card } from '../../ui/page.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { zone } from './clock.js';
import { EventRow } from './event-row.js';
import { useEventRows, type LiveRows } from './use-event-rows.js';
import classes from './live-events.module.css';

const words = t.overview.events;
/** More than are kept come and go unseen: say how many. */
const manyASecond = 50;

export function LiveEvents() {
  return (
    <Allowed to="events:read">
      <Card flush>
        <Panel />
      </Card>
    </Allowed>
  );
}

/** Held while somebody reads: scrolled down, pointing at a row, or with the focus in it. */
function Panel() {
  const status = useLiveStatus();
  const list = useRef<HTMLUListElement>(null);
  const [hold, setHold] = useState({ isScrolled: false, isPointed: false, isFocused: false });
  const isPaused = status === 'paused';
  const isReading = hold.isScrolled || hold.isPointed || hold.isFocused;
  const rows = useEventRows(isPaused || isReading);
  const change = (part: Partial<typeof hold>): void => setHold((before) => ({ ...before, ...part }));
  const showWaiting = (): void => {
    rows.release();
    list.current?.scrollTo({ top: 0 });
  };
  const PauseIcon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <section className={classes.panel} aria-label={words.title}>
      <header className={classes.header}>
        <h2>{words.title}</h2>
        {rows.waitingCount > 0 && (
          <Button
            className={classes.pill}
            h={24}
            px={8}
            radius="xl"
            leftSection={<IconArrowUp size={12} />}
            aria-label={words.showWaiting(shortCount(rows.waitingCount))}
            onClick={showWaiting}
          >
            {words.waiting(shortCount(rows.waitingCount))}
          </Button>
        )}
        <Tooltip label={isPaused ? words.resume : words.pause}>
          <ActionIcon
            size={28}
            aria-label={isPaused ? words.resume : words.pause}
            onClick={() => pauseLive(!isPaused)}
          >
            <PauseIcon size={16} />
          </ActionIcon>
        </Tooltip>
      </header>
      <ul
        ref={list}
        className={classes.list}
        aria-label={words.title}
        onScroll={({ currentTarget }) => change({ isScrolled: currentTarget.scrollTop > 4 })}
        onPointerEnter={({ pointerType }) => pointerType === 'mouse' && change({ isPointed: true })}
        onPointerLeave={() => change({ isPointed: false })}
        onFocus={() => change({ isFocused: true })}
        onBlur={({ currentTarget, relatedTarget }) =>
          change({ isFocused: currentTarget.contains(relatedTarget) })
        }
      >
        {rows.shown.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </ul>
      {rows.shown.length === 0 && <Nothing rows={rows} />}
      <footer className={classes.foot}>{footOf(status, isReading, rows)}</footer>
    </section>
  );
}

function footOf(
  status: 'on' | 'off' | 'paused',
  isReading: boolean,
  { rate, waitingCount }: LiveRows,
): string {
  if (status === 'off') return words.off;
  if (status === 'paused') return words.paused;
  if (rate > manyASecond) return words.rate(shortCount(rate));
  if (isReading && waitingCount > 0) return words.held;
  return words.times(zone);
}

function Nothing({ rows: { error, isLoading, retry } }: { rows: LiveRows }) {
  return (
    <div className={classes.nothing}>
      {isLoading && <Loading rows={6} height={28} />}
      {error && <Failure error={error} onRetry={retry} />}
      {!isLoading && !error && <Empty title={words.empty}>{words.emptyDetail}</Empty>}
    </div>
  );
}
