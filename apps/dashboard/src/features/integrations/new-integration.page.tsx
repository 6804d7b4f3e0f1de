import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { allProviders, type Provider } from '../../api/providers.query.js';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { LivesBy } from '../../ui/leave-guard.js';
import { OtherWorkspaces } from '../../ui/other-workspaces.js';
import { Card, Page } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Failure, Loading, Notice } from '../../ui/states.js';
import { Steps, type Step } from '../../ui/steps.js';
import { IconTrashOff } from '@tabler/icons-react';
import { ChooseProvider } from './choose-provider.js';
import { ClientStep, ConnectStep, RegisterStep, TestStep } from './new-integration.steps.js';
import { integrationQuery, type TaggedIntegration } from './integrations.query.js';
import {
  newIntegrationSteps,
  type NewIntegrationSearch,
  type NewIntegrationStep,
} from './integrations.search.js';
import { useDelete } from './use-delete.js';

const words = t.integrations.new;
const byStep = ({ draft, step }: NewIntegrationSearch) => ({ draft, step });

/** From a provider to a tested client. How far it is stands in the address; what was typed, in the draft. */
export function NewIntegrationPage() {
  return (
    <PageFor permission="integrations:write" title={words.title}>
      <Wizard />
    </PageFor>
  );
}

function Wizard() {
  const search = useSearch({ from: '/app/integrations/new' });
  const navigate = useNavigate({ from: '/integrations/new' });
  const providers = useQuery(allProviders);
  const draft = useQuery({
    ...integrationQuery(search.draft ?? ''),
    enabled: search.draft !== undefined,
  });
  const go = (next: NewIntegrationSearch) =>
    void navigate({ search: (now: NewIntegrationSearch) => ({ ...now, ...next }) });
  const failed = [providers, draft].find(({ error, data }) => error && data === undefined);
  if (failed && search.draft && ApiProblem.from(failed.error).isGone) return <Gone />;
  const isKnown = providers.data && (search.draft === undefined || draft.data);
  const tagged = search.draft === undefined ? undefined : draft.data;
  return (
    <Page
      narrow
      title={tagged ? words.titleOf(tagged.data.name) : words.title}
      crumbs={<Link to="/integrations">{t.integrations.title}</Link>}
      status={words.status}
      actions={tagged?.data.state === 'draft' && <Discard tagged={tagged} />}
    >
      <Card>
        {failed ? (
          <Failure error={failed.error} onRetry={() => void failed.refetch()} />
        ) : isKnown ? (
          <WizardSteps {...{ search, tagged, go }} providers={providers.data} />
        ) : (
          <Loading rows={6} />
        )}
      </Card>
    </Page>
  );
}

interface WizardStepsProps {
  search: NewIntegrationSearch;
  tagged: TaggedIntegration | undefined;
  providers: readonly Provider[];
  go: (next: NewIntegrationSearch) => void;
}

function WizardSteps({ search, tagged, providers, go }: WizardStepsProps) {
  const provider = providers.find(({ id }) => id === (tagged?.data.provider ?? search.provider));
  const current = tagged ? (search.step ?? 'register') : 'provider';
  const at = newIntegrationSteps.findIndex((step) => step === current);
  const to = (step: NewIntegrationStep) => () => go({ step });
  const contents: Record<NewIntegrationStep, ReactNode> = {
    register: tagged && provider && (
      <RegisterStep integration={tagged.data} provider={provider} onDone={to('client')} />
    ),
    client: tagged && provider && (
      <ClientStep key={tagged.data.id} tagged={tagged} provider={provider} onDone={to('test')} />
    ),
    test: tagged && <TestStep integration={tagged.data} onBack={to('client')} onDone={to('done')} />,
    done: tagged && <ConnectStep integration={tagged.data} />,
  };
  const steps: Step[] = [
    {
      id: 'provider',
      title: words.provider,
      isDone: tagged !== undefined,
      content: tagged ? provider?.name : <ChooseProvider {...{ search, providers, go }} />,
    },
    ...newIntegrationSteps.map((id, index) => ({
      id,
      // A step that was taken can be looked at again.
      title:
        tagged && index < at ? (
          <Link to="/integrations/new" search={{ ...search, step: id }}>
            {words[id]}
          </Link>
        ) : (
          words[id]
        ),
      isDone: index < at,
      content: id === current && contents[id],
    })),
  ];
  return (
    <LivesBy value={byStep}>
      <Steps label={words.steps} steps={steps} current={current} />
    </LivesBy>
  );
}

/** Nothing hangs on a draft: it is thrown away whole. */
function Discard({ tagged: { data } }: { tagged: TaggedIntegration }) {
  const [isOpen, setOpen] = useState(false);
  const remove = useDelete();
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {words.discard}
      </Button>
      <DangerDialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={words.discardTitle(data.name)}
        action={words.discard}
        onConfirm={() => remove(data.id)}
      >
        {words.discardDetail}
      </DangerDialog>
    </>
  );
}

function Gone() {
  return (
    <Page narrow title={words.title} crumbs={<Link to="/integrations">{t.integrations.title}</Link>}>
      <Notice
        icon={IconTrashOff}
        title={words.gone}
        role="status"
        action={
          <Button renderRoot={(props) => <Link to="/integrations/new" search={{}} {...props} />}>
            {words.begin}
          </Button>
        }
      >
        <OtherWorkspaces />
      </Notice>
    </Page>
  );
}
