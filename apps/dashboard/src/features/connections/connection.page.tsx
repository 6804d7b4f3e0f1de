import { Alert } from '@mantine/core';
import { IconTrashOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { useCan } from '../../api/session-state.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { utcMinute } from '../../ui/moment.js';
import { Card, Page, Section, WithAside } from '../../ui/page.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Loaded, Notice, shownOf, Stale } from '../../ui/states.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { ConnectionActions } from './connection.actions.js';
import { ConnectionAside } from './connection.aside.js';
import { ConnectionDialogs } from './connection.dialogs.js';
import { connectionQuery, type ConnectionDetail } from './connection.query.js';
import { ConnectionStateLine } from './connection.state.js';
import { connectionTabs, type ConnectionTab } from './connections.search.js';
import { GenerationsTab } from './generations.tab.js';
import { ReadsTab } from './reads.tab.js';
import { ScopeList, scopeSummary } from './scope-list.js';
import { TimelineTab } from './timeline.tab.js';
import { whoDid } from './timeline.words.js';
import { TokenLife } from './token-life.js';
import { useActions, type Act } from './use-actions.js';
import { whoOf } from './who.js';
import classes from './connection.module.css';

const words = t.connection;
const crumbs = (
  <Link className={classes.link} to="/connections">
    {words.crumb}
  </Link>
);

export function ConnectionPage() {
  const { id } = useParams({ from: '/app/connections/$id' });
  const query = useQuery(connectionQuery(id));
  const gone = query.error ? ApiProblem.from(query.error) : undefined;
  if (gone?.slug === 'connection-erased') return <Erased key={id} id={id} problem={gone} />;
  const connection = shownOf(query);
  if (connection) return <Detail key={id} connection={connection} stale={<Stale query={query} />} />;
  return (
    <Page title={gone?.isGone ? words.missing : words.untitled} crumbs={crumbs}>
      <NeedsPermission permission="connections:read">
        <Loaded query={query}>{() => null}</Loaded>
      </NeedsPermission>
    </Page>
  );
}

function Detail({ connection, stale }: { connection: ConnectionDetail; stale: React.ReactNode }) {
  const { act, running, outcome, dismiss, ...dialogs } = useActions(connection);
  return (
    <Page
      title={words.withProvider(whoOf(connection), connection.provider_name)}
      crumbs={crumbs}
      badge={<StateBadge state={connection.state} />}
      actions={<ConnectionActions {...{ connection, running, act }} />}
    >
      {stale}
      {outcome?.problem && <ProblemAlert problem={outcome.problem} />}
      {outcome?.text && (
        <Alert
          role="status"
          variant="light"
          withCloseButton
          closeButtonLabel={words.actions.dismiss}
          onClose={dismiss}
          title={outcome.text}
        />
      )}
      <WithAside aside={<ConnectionAside connection={connection} />}>
        <ConnectionStateLine connection={connection} />
        <Tokens connection={connection} act={act} />
        <Section
          title={words.scopes.title}
          aside={<span className={classes.quiet}>{scopeSummary(connection)}</span>}
        >
          <Card>
            <ScopeList connection={connection} />
          </Card>
        </Section>
        <Section title={words.tabs.label}>
          <History id={connection.id} />
        </Section>
      </WithAside>
      <ConnectionDialogs connection={connection} {...dialogs} />
    </Page>
  );
}

function Tokens({ connection, act }: { connection: ConnectionDetail; act: Act }) {
  const mayRefresh = useCan('connections:write');
  const { slots, state } = connection;
  const isEach = mayRefresh && slots.length > 1 && (state === 'active' || state === 'degraded');
  return (
    <Section title={words.life.title}>
      <Card>
        {slots.length === 0 && <p className={classes.quiet}>{words.life.none}</p>}
        <div className={classes.lives}>
          {slots.map((slot) => (
            <TokenLife
              key={slot.slot}
              {...{ connection, slot }}
              onRefresh={isEach ? () => act('refresh', slot.slot) : undefined}
            />
          ))}
        </div>
      </Card>
    </Section>
  );
}

function History({ id }: { id: string }) {
  const { tab } = useSearch({ from: '/app/connections/$id' });
  const navigate = useNavigate({ from: '/connections/$id' });
  const value = connectionTabs.find((each) => each === tab) ?? 'timeline';
  const contents: Record<ConnectionTab, React.ReactNode> = {
    timeline: <TimelineTab id={id} />,
    generations: <GenerationsTab id={id} />,
    reads: <ReadsTab id={id} />,
  };
  return (
    <UrlTabs
      label={words.tabs.label}
      tabs={connectionTabs.map((each) => ({ value: each, label: words.tabs[each] }))}
      value={value}
      onChange={(next) =>
        void navigate({
          search: { tab: next === 'timeline' ? undefined : next },
          replace: true,
          resetScroll: false,
        })
      }
    >
      {contents[value]}
    </UrlTabs>
  );
}

/** Who erased it and when; what happened to it before is kept. */
function Erased({ id, problem }: { id: string; problem: ApiProblem }) {
  const { erased_at: at, erased_by: by } = problem.members;
  const who = whoDid((by ?? { type: 'service', id: '' }) as { type: string; id: string; name?: string });
  const when = typeof at === 'string' ? utcMinute(at) : t.time.none;
  return (
    <Page title={words.erased.title} crumbs={crumbs}>
      <Card>
        <Notice icon={IconTrashOff} title={words.erased.by(who, when)} role="status">
          {words.erased.kept}
        </Notice>
      </Card>
      <Section title={words.tabs.timeline}>
        <TimelineTab id={id} />
      </Section>
    </Page>
  );
}
