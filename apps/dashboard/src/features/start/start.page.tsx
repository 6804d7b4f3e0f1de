import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { MadeConnectLink } from '../../api/connect-links.query.js';
import { allIntegrations, type Integration } from '../../api/integrations.query.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Card, Page } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Failure, Loading } from '../../ui/states.js';
import { Steps } from '../../ui/steps.js';
import { toast } from '../../ui/toasts.js';
import { NextPlaces } from './start.next.js';
import { progressOf, stepIds, type StepId } from './start.progress.js';
import { hideGuide, latestConnection, latestLink, preferences, readingKey } from './start.query.js';
import { IntegrationStep, KeyStep, LiveStep, MakeLink, OpenStep, ReadStep } from './start.steps.js';

const words = t.start;

/** From nothing to a live token; what is done is what the API says is there. */
export function StartPage() {
  return (
    <PageFor permission="connections:read" title={words.title}>
      <Guide />
    </PageFor>
  );
}

/** One at the sandbox goes first: it can be connected to at once. */
function readyOf(integrations: readonly Integration[] | undefined): Integration | undefined {
  const active = integrations?.filter(({ state }) => state === 'active') ?? [];
  return active.find(({ provider }) => provider === 'sandbox') ?? active[0];
}

function Guide() {
  const integrations = useQuery(allIntegrations);
  const integration = readyOf(integrations.data);
  const link = useQuery(latestLink(integration?.id));
  const connection = useQuery(latestConnection(integration?.id));
  const key = useQuery({ ...readingKey, enabled: useCan('keys:write') });
  const [made, setMade] = useState<MadeConnectLink>();
  const queries = [integrations, link, connection, key];
  const failed = queries.find(({ error, data }) => error && data === undefined);
  const { done, current } = progressOf({
    hasIntegration: integration !== undefined,
    hasLink: Boolean(link.data),
    isLinkUsed: link.data?.state === 'completed',
    hasLiveConnection: Boolean(connection.data),
    hasKey: Boolean(key.data),
    wasRead: Boolean(connection.data?.last_read_at),
  });
  const contents: Record<StepId, ReactNode> = {
    integration: <IntegrationStep integration={integration} />,
    link: current === 'link' && integration && (
      <>
        <p>{words.link.todo(integration.name)}</p>
        <MakeLink integration={integration} action={words.link.action} isPrimary onMade={setMade} />
      </>
    ),
    open: current === 'open' && integration && (
      <OpenStep integration={integration} made={made} onMade={setMade} />
    ),
    live: (done.has('live') || current === 'live') && <LiveStep connection={connection.data} />,
    key: (done.has('key') || current === 'key') && (
      <KeyStep keyName={key.data?.name} isSandbox={integration?.provider === 'sandbox'} />
    ),
    read: connection.data && (done.has('read') || current === 'read') && (
      <ReadStep connection={connection.data} />
    ),
  };
  const isKnown = queries.every(({ isLoading }) => !isLoading);
  return (
    <Page
      title={words.title}
      status={isKnown && !failed && words.status(done.size, stepIds.length)}
      actions={<HideButton isDone={current === undefined} />}
    >
      <Card>
        {failed ? (
          <Failure error={failed.error} onRetry={() => void failed.refetch()} />
        ) : isKnown ? (
          <Steps
            label={words.list}
            current={current}
            steps={stepIds.map((id) => ({
              id,
              title: words[id].title,
              isDone: done.has(id),
              content: contents[id],
            }))}
          />
        ) : (
          <Loading rows={6} />
        )}
      </Card>
      {isKnown && current === undefined && <NextPlaces />}
    </Page>
  );
}

/** Puts the guide away for this person, in every browser; and back. */
function HideButton({ isDone }: { isDone: boolean }) {
  const { data } = useQuery(preferences);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const isHidden = data?.first_run_guide_dismissed ?? false;
  const change = useMutation({
    mutationFn: hideGuide,
    onSuccess: (_, hidden) => {
      void queries.invalidateQueries({ queryKey: ['preferences'] });
      if (!hidden) return;
      toast(words.hidden, () => change.mutate(false));
      void navigate({ to: '/' });
    },
  });
  if (!data) return null;
  return (
    <Button
      variant={isDone && !isHidden ? 'filled' : 'default'}
      loading={change.isPending}
      onClick={() => change.mutate(!isHidden)}
    >
      {isHidden ? words.showAgain : words.hide}
    </Button>
  );
}
