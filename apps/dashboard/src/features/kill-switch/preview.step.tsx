import { Button } from '@mantine/core';
import { IconHourglass, IconMoodEmpty, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../../messages/index.js';
import { CopyCurl } from '../../ui/copy-curl.js';
import { UtcMoment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Card, Section, WithAside } from '../../ui/page.js';
import { SelectorFacts } from '../../ui/selector-facts.js';
import { Failure, Loading, Notice } from '../../ui/states.js';
import { previewQuery, type Preview } from './kill-switch.query.js';
import { PreviewTables } from './preview.tables.js';
import type { Kind, Selector } from './selector-values.js';
import classes from './kill-switch.module.css';

const words = t.newKillSwitch.preview;

interface PreviewStepProps {
  kind: Kind;
  selector: Selector;
  onBack: () => void;
  onNext: () => void;
  onFreezeUncounted: () => void;
}

/** What it would hit, counted exactly; nothing is changed. */
export function PreviewStep({ kind, selector, onBack, onNext, onFreezeUncounted }: PreviewStepProps) {
  const query = useQuery(previewQuery(kind, selector));
  const isLate = useIsLate(query.isFetching);
  const back = (
    <Button variant="default" onClick={onBack}>
      {words.change}
    </Button>
  );
  const freeze = (
    <div className={classes.buttons}>
      {back}
      <Button onClick={onFreezeUncounted}>{words.freezeNow}</Button>
    </div>
  );
  if (query.isFetching)
    return (
      <Card>
        {isLate ? (
          <Notice icon={IconHourglass} title={words.late} role="status" action={freeze}>
            {words.lateWhat}
          </Notice>
        ) : (
          <>
            <p className={classes.quiet}>{words.counting}</p>
            <Loading />
          </>
        )}
      </Card>
    );
  if (query.error || !query.data)
    return (
      <Card>
        <Failure error={query.error} onRetry={() => void query.refetch()} />
        <Notice icon={IconHourglass} title={words.failed} action={freeze}>
          {words.lateWhat}
        </Notice>
      </Card>
    );
  const { data } = query;
  return (
    <>
      <p className={classes.lead} role="status">
        {words.sentence[kind](count(data.count), count(data.end_users))}
      </p>
      <Figures preview={data} />
      <WithAside
        aside={
          <Section title={words.selection}>
            <Card>
              <SelectorFacts selector={selector} />
            </Card>
            <p className={classes.quiet}>
              {words.countedAt} <UtcMoment at={new Date(query.dataUpdatedAt).toISOString()} />
            </p>
            <div className={classes.buttons}>
              <Button
                variant="default"
                leftSection={<IconRefresh size={14} aria-hidden />}
                onClick={() => void query.refetch()}
              >
                {words.again}
              </Button>
              <CopyCurl {...curlOf(kind, selector)} />
            </div>
          </Section>
        }
      >
        {data.count === 0 ? (
          <Card>
            <Notice icon={IconMoodEmpty} title={words.nothing} action={back}>
              {words.nothingWhat}
            </Notice>
          </Card>
        ) : (
          <PreviewTables preview={data} kind={kind} />
        )}
      </WithAside>
      {data.count > 0 && (
        <div className={`${classes.buttons} ${classes.sticky}`}>
          <Button onClick={onNext}>{words.next(count(data.count))}</Button>
          {back}
        </div>
      )}
    </>
  );
}

function curlOf(kind: Kind, selector: Selector) {
  const path = kind === 'revoke' ? '/v1/revocations' : '/v1/freezes';
  const reason = kind === 'freeze' ? { reason: 'preview' } : {};
  return { method: 'POST', path, body: { selector, dry_run: true, ...reason } };
}

function Figures({ preview }: { preview: Preview }) {
  const figures: [string, number, ReactNode][] = [
    [words.hit, preview.count, null],
    [words.users, preview.end_users, null],
    [words.alreadyDead, preview.already_dead, words.alreadyDeadHint],
  ];
  if (preview.unknown_connections > 0)
    figures.push([words.unknown, preview.unknown_connections, words.unknownHint]);
  return (
    <dl className={classes.figures}>
      {figures.map(([name, value, hint]) => (
        <div key={name} className={classes.figure}>
          <dt>{name}</dt>
          <dd>
            {count(value)}
            {hint && <small>{hint}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Ten seconds is as long as somebody should look at a bar while tokens leak. */
function useIsLate(isCounting: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!isCounting) return;
    const timer = setTimeout(() => setLate(true), 10_000);
    return () => clearTimeout(timer);
  }, [isCounting]);
  return isLate;
}
