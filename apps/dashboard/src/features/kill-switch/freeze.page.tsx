import { Button, Progress } from '@mantine/core';
import { IconSun } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { t } from '../../messages/index.js';
import { Actor } from '../../ui/actor.js';
import { Allowed, NeedsPermission } from '../../ui/allowed.js';
import { Identifier } from '../../ui/identifier.js';
import { UtcMoment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Card, Facts, Page, Section, WithAside } from '../../ui/page.js';
import { SelectorFacts } from '../../ui/selector-facts.js';
import { Loaded, shownOf } from '../../ui/states.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { JobState } from './job-state.js';
import { freezeQuery, liftFreeze, requestFreeze, type Freeze } from './kill-switch.query.js';
import type { Selector } from './selector-values.js';
import classes from './kill-switch.module.css';

const words = t.freeze;

/** A freeze: how far it is, and the way back. */
export function FreezePage({ id }: { id: string }) {
  const query = useQuery(freezeQuery(id));
  const freeze = shownOf(query);
  return (
    <Page
      title={freeze ? words.title(count(freeze.targets.total)) : t.killSwitch.title}
      crumbs={
        <Link to="/kill-switch" search={{ tab: 'freezes' }}>
          {t.killSwitch.title}
        </Link>
      }
      badge={freeze && <JobState state={freeze.state} />}
      status={freeze && sentenceOf(freeze)}
      actions={freeze && <Lift freeze={freeze} />}
    >
      <NeedsPermission permission="connections:read">
        <Loaded query={query}>
          {(data) => (
            <WithAside aside={<Aside freeze={data} />}>
              <Counts freeze={data} />
            </WithAside>
          )}
        </Loaded>
      </NeedsPermission>
    </Page>
  );
}

function sentenceOf({ state, targets }: Freeze): string {
  if (state === 'freezing' || state === 'lifting') return words.sentence[state](count(targets.remaining));
  return words.sentence[state](count(state === 'frozen' ? targets.frozen : targets.lifted));
}

/** One click, as it can be undone: by freezing the same selection again, where all of it was kept. */
function Lift({ freeze }: { freeze: Freeze }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  if (freeze.state !== 'frozen' && freeze.state !== 'freezing') return null;
  const isWhole = freeze.selector.connection_count === undefined;
  const again = (): void => {
    requestFreeze(freeze.selector as Selector, freeze.reason, undefined)
      .then(({ id }) => navigate({ to: '/kill-switch/$id', params: { id } }))
      .then(() => toast(words.again))
      .catch((thrown: unknown) => toastProblem(thrown));
  };
  const lift = (): void => {
    setBusy(true);
    liftFreeze(freeze.id)
      .then((lifted) => queries.setQueryData(freezeQuery(freeze.id).queryKey, lifted))
      .then(() => toast(words.lifting, isWhole ? again : undefined))
      .catch((thrown: unknown) => toastProblem(thrown))
      .finally(() => setBusy(false));
  };
  const { frozen } = freeze.targets;
  return (
    <Allowed to="connections:revoke">
      <Button loading={isBusy} leftSection={<IconSun size={16} aria-hidden />} onClick={lift}>
        {freeze.state === 'frozen' ? words.lift(count(frozen)) : words.liftAll}
      </Button>
    </Allowed>
  );
}

function Counts({ freeze: { targets, state } }: { freeze: Freeze }) {
  const figures: [string, number, ReactNode][] = [
    [words.frozen, targets.frozen, null],
    [words.resumed, targets.lifted, null],
    [words.skipped, targets.skipped, words.skippedHint],
  ];
  const isGoingOn = state === 'freezing' || state === 'lifting';
  const done = targets.total - targets.remaining;
  return (
    <>
      {isGoingOn && (
        <Card>
          <div className={classes.bar}>
            <div className={classes.barHead}>
              <span>{words.progress[state]}</span>
              <span>{t.killSwitch.of(count(done), count(targets.total))}</span>
            </div>
            <Progress.Root size={8} radius="xs">
              <Progress.Section
                value={targets.total === 0 ? 100 : (done / targets.total) * 100}
                aria-label={words.progress[state]}
              />
            </Progress.Root>
          </div>
        </Card>
      )}
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
    </>
  );
}

function Aside({ freeze }: { freeze: Freeze }) {
  const facts: [string, ReactNode][] = [
    [t.revocation.by, <Actor actor={freeze.requested_by} />],
    [t.revocation.reason, freeze.reason],
    [t.revocation.asked, <UtcMoment at={freeze.created_at} />],
    [t.revocation.id, <Identifier id={freeze.id} />],
  ];
  if (freeze.lifted_by)
    facts.push(
      [words.liftedBy, <Actor actor={freeze.lifted_by} />],
      [words.liftedAt, <UtcMoment at={freeze.lifted_at} />],
    );
  return (
    <>
      <Section title={t.newKillSwitch.preview.selection}>
        <Card>
          <SelectorFacts selector={freeze.selector} />
        </Card>
      </Section>
      <Section title={t.revocation.facts}>
        <Card>
          <Facts facts={facts} />
        </Card>
      </Section>
    </>
  );
}
