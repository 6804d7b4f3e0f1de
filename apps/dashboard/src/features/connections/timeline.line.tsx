import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsSplit2,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconUserExclamation,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Moment } from '../../ui/moment.js';
import { duration } from '../../ui/number.js';
import { detailWords, titleOf } from './timeline.words.js';
import type { Attempt, TimelineEntry } from './fold-timeline.js';
import classes from './connection.module.css';

const words = t.connection.timeline;

const icons: readonly [beginning: string, icon: Icon, tone: string][] = [
  ['connection.authorized', IconCircleCheck, 'ok'],
  ['connection.recovered', IconCircleCheck, 'ok'],
  ['connection.resumed', IconPlayerPlay, 'ok'],
  ['connection.degraded', IconAlertTriangle, 'warn'],
  ['connection.needs_reauthorization', IconUserExclamation, 'act'],
  ['connection.reauthorize_soon', IconUserExclamation, 'warn'],
  ['connection.paused', IconPlayerPause, 'off'],
  ['connection.quarantined', IconAlertTriangle, 'warn'],
  ['connection.anomaly', IconAlertTriangle, 'warn'],
  ['connection.revo', IconBan, 'off'],
  ['connection.expired', IconBan, 'off'],
  ['connection.erased', IconBan, 'off'],
  ['connection.tags', IconPencil, 'wait'],
  ['token.refresh_failed', IconAlertTriangle, 'warn'],
  ['token.leak', IconAlertTriangle, 'act'],
  ['token.refreshed', IconRefresh, 'ok'],
];

function lookOf(entry: TimelineEntry): { icon: Icon; tone: string } {
  if (entry.kind === 'refresh_attempt') {
    if (entry.state === 'failed') return { icon: IconAlertTriangle, tone: 'warn' };
    const isDone = entry.state === 'promoted' || entry.state === 'resolved';
    return { icon: isDone ? IconRefresh : IconCircleDashed, tone: isDone ? 'ok' : 'wait' };
  }
  const name = entry.kind === 'event' ? entry.type : entry.action;
  const [, icon, tone] = icons.find(([beginning]) => name.startsWith(beginning)) ?? [];
  return { icon: icon ?? IconCircleDashed, tone: tone ?? 'wait' };
}

export function TimelineLine({ entry }: { entry: TimelineEntry }) {
  const mayAudit = useCan('audit:read');
  return (
    <Line
      {...lookOf(entry)}
      title={
        entry.kind === 'audit' && mayAudit ? (
          <Link className={classes.entry} to="/audit/$id" params={{ id: entry.id }}>
            {titleOf(entry)}
          </Link>
        ) : (
          titleOf(entry)
        )
      }
      at={entry.at}
      detail={entry.kind === 'refresh_attempt' ? <AttemptDetail attempt={entry} /> : detailWords(entry)}
    />
  );
}

/** Failed renewals in a row as one line; all of them when asked for. */
export function Retries({ attempts }: { attempts: readonly Attempt[] }) {
  const [isOpen, setOpen] = useState(false);
  const [newest] = attempts;
  const oldest = attempts.at(-1);
  if (!newest || !oldest) return null;
  return (
    <>
      <Line
        icon={IconArrowsSplit2}
        tone="warn"
        title={words.folded(attempts.length)}
        at={newest.at}
        detail={<AttemptDetail attempt={newest} />}
        end={
          <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? words.fold : words.unfold(attempts.length)}
          </Button>
        }
      />
      {isOpen && attempts.map((attempt) => <TimelineLine key={attempt.id} entry={attempt} />)}
    </>
  );
}

function AttemptDetail({ attempt }: { attempt: Attempt }) {
  const { trigger, error_code: code, http_status: status, generation, duration_ms: took } = attempt;
  const parts = [
    (words.triggers as Record<string, string>)[trigger] ?? trigger,
    words.generationFrom(generation),
    ...(took === null ? [] : [words.took(duration(took / 1_000))]),
  ];
  const failure = [code, status !== null && t.connection.why.http(status)].filter(Boolean).join(' ');
  return (
    <>
      {failure && <code>{failure}</code>} {parts.join(', ')}
    </>
  );
}

interface LineProps {
  icon: Icon;
  tone: string;
  title: ReactNode;
  at: string;
  detail: ReactNode;
  end?: ReactNode;
}

function Line({ icon: Icon, tone, title, at, detail, end }: LineProps) {
  return (
    <li>
      <span className={classes.dot} data-tone={tone}>
        <Icon size={14} aria-hidden />
      </span>
      <div>
        <strong>{title}</strong>
        <span className={classes.detail}>{detail}</span>
        {end}
      </div>
      <span className={classes.at}>
        <Moment at={at} />
      </span>
    </li>
  );
}
