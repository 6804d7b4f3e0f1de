import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { MadeConnectLink } from '../../api/connect-links.query.js';
import { allIntegrations, type Integration } from '../../api/integrations.query.js';
import { changePreferences, preferences } from '../../api/preferences.query.js';
import { ApiProblem } from '../../api/problem.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { Card, Page } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Failure, Loading } from '../../ui/states.js';
import { Steps } from '../../ui/steps.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { NextPlaces } from './start.next.js';
import { progressOf, stepIds, type StepId } from './start.progress.js';
import { latestConnection, latestLink, readingKey } from './start.query.js';
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
  const hiding = useHiding();
  return (
    <Page
      title={words.title}
      status={isKnown && !failed && words.status(done.size, stepIds.length)}
      actions={<HideButton hiding={hiding} isDone={current === undefined} />}
    >
      {hiding.error && <ProblemAlert problem={ApiProblem.from(hiding.error)} />}
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
function useHiding() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const hide = (isHidden: boolean): Promise<void> =>
    changePreferences(queries, (now) => ({ ...now, first_run_guide_dismissed: isHidden }));
  const undo = (): void => void hide(false).catch((thrown) => toastProblem(thrown));
  return useMutation({
    mutationFn: hide,
    onSuccess: (_, isHidden) => {
      if (!isHidden) return;
      toast(words.hidden, undo);
      void navigate({ to: '/' });
    },
  });
}

interface HideButtonProps {
  hiding: ReturnType<typeof useHiding>;
  isDone: boolean;
}

function HideButton({ hiding, isDone }: HideButtonProps) {
  const { data } = useQuery(preferences);
  if (!data) return null;
  const isHidden = data.first_run_guide_dismissed;
  return (
    <Button
      variant={isDone && !isHidden ? 'filled' : 'default'}
      loading={hiding.isPending}
      onClick={() => hiding.mutate(!isHidden)}
    >
      {isHidden ? words.showAgain : words.hide}
    </Button>
  );
}
