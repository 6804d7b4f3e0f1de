import { ActionIcon, Alert, Button, Group, Menu, Stack } from '@mantine/core';
import { IconDots, IconKey, IconLinkPlus, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { Integration } from '../../api/integrations.query.js';
import { allProviders } from '../../api/providers.query.js';
import { ApiProblem } from '../../api/problem.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { Card, Page, Section, WithAside } from '../../ui/page.js';
import { PageFor } from '../../ui/page-for.js';
import { Loaded, shownOf, Stale } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { DeleteDialog } from './delete.dialog.js';
import { Health } from './health.js';
import { IntegrationAside } from './integration.aside.js';
import { IntegrationState } from './integration-state.js';
import { changeIntegration, integrationQuery, type TaggedIntegration } from './integrations.query.js';
import { ReadOnlySettings } from './read-only-settings.js';
import { SecretDialog } from './secret.dialog.js';
import { SettingsForm } from './settings.form.js';
import { TestPanel } from './test-panel.js';
import classes from './integrations.module.css';

const words = t.integrations.detail;

/** One integration: how it is, and everything that can be done about it. */
export function IntegrationPage() {
  return (
    <PageFor permission="integrations:read" title={t.integrations.one}>
      <Detail />
    </PageFor>
  );
}

function Crumbs() {
  return <Link to="/integrations">{t.integrations.title}</Link>;
}

function Detail() {
  const { id } = useParams({ from: '/app/integrations/$id' });
  const query = useQuery(integrationQuery(id));
  const tagged = shownOf(query);
  if (tagged) return <Known key={id} tagged={tagged} stale={<Stale query={query} />} />;
  return (
    <Page title={t.integrations.one} crumbs={<Crumbs />}>
      <Loaded query={query} rows={8}>
        {() => null}
      </Loaded>
    </Page>
  );
}

function Known({ tagged, stale }: { tagged: TaggedIntegration; stale: ReactNode }) {
  const integration = tagged.data;
  const providers = useQuery(allProviders);
  const provider = providers.data?.find(({ id }) => id === integration.provider);
  const canWrite = useCan('integrations:write');
  const canCount = useCan('connections:read');
  return (
    <Page
      title={integration.name}
      crumbs={<Crumbs />}
      badge={<IntegrationState state={integration.state} />}
      actions={<Actions integration={integration} />}
      status={statusOf(integration)}
    >
      {stale}
      {integration.state === 'paused' && <Paused tagged={tagged} />}
      <WithAside aside={<IntegrationAside integration={integration} provider={provider} />}>
        {canCount && <Health integration={integration.id} />}
        <Section title={words.settings}>
          <Card>
            <Loaded query={providers} rows={8}>
              {() =>
                canWrite && provider ? (
                  <SettingsForm initial={tagged} provider={provider} />
                ) : (
                  <ReadOnlySettings integration={integration} />
                )
              }
            </Loaded>
          </Card>
        </Section>
        {canWrite && integration.token_endpoint_auth_method !== 'none' && <Secret tagged={tagged} />}
        {canWrite && integration.state !== 'draft' && (
          <Section title={t.integrations.test.title}>
            <Card>
              <TestPanel id={integration.id} />
            </Card>
          </Section>
        )}
      </WithAside>
    </Page>
  );
}

/** Of a paused one, the alert beneath says it. */
function statusOf({ state, confirmation }: Integration): string | undefined {
  if (state === 'draft') return words.draft;
  if (state === 'paused') return undefined;
  return confirmation ? words.active : `${words.active} ${words.confirmOff}.`;
}

/** Making a link is what an integration is there for; a draft is gone on with. */
function Actions({ integration }: { integration: Integration }) {
  const [isDeleting, setDeleting] = useState(false);
  const { id, state, provider } = integration;
  return (
    <>
      {state === 'draft' ? (
        <Allowed to="integrations:write">
          <Button
            renderRoot={(props) => (
              <Link to="/integrations/new" search={{ provider, draft: id, step: 'register' }} {...props} />
            )}
          >
            {words.goOn}
          </Button>
        </Allowed>
      ) : (
        state === 'active' && (
          <Allowed to="connect:write">
            <Button
              leftSection={<IconLinkPlus size={16} />}
              renderRoot={(props) => (
                <Link to="/connect-links" search={{ new: true, integration: id }} {...props} />
              )}
            >
              {t.connectLinks.make}
            </Button>
          </Allowed>
        )
      )}
      <Allowed to="integrations:write">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" flex="0 0 32px" aria-label={t.actions.more}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={() => setDeleting(true)}>
              {words.delete}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <DeleteDialog integration={integration} isOpen={isDeleting} onClose={() => setDeleting(false)} />
      </Allowed>
    </>
  );
}

/** The engine paused it; naming its client again has it tried as it is. */
function Paused({ tagged: { data: integration, etag } }: { tagged: TaggedIntegration }) {
  const queries = useQueryClient();
  const resuming = useMutation({
    mutationFn: () => changeIntegration(integration.id, etag, { client_id: integration.client_id ?? '' }),
    onSuccess: async (saved) => {
      queries.setQueryData(integrationQuery(integration.id).queryKey, saved);
      toast(words.resumed(integration.name));
      await queries.invalidateQueries({ queryKey: ['integrations'] });
    },
    onError: () => queries.invalidateQueries(integrationQuery(integration.id)),
  });
  return (
    <Alert variant="light" color="yellow" title={words.pausedFor(integration.paused_reason ?? '')}>
      <Stack gap={12}>
        {resuming.error && <ProblemAlert problem={ApiProblem.from(resuming.error)} />}
        <Allowed to="integrations:write">
          <span>{words.pausedHow}</span>
          <Group>
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={14} />}
              loading={resuming.isPending}
              onClick={() => resuming.mutate()}
            >
              {words.resume}
            </Button>
          </Group>
        </Allowed>
      </Stack>
    </Alert>
  );
}

function Secret({ tagged: { data: integration, etag } }: { tagged: TaggedIntegration }) {
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  return (
    <Section title={words.secret}>
      <Card>
        <Stack gap={12}>
          <span className={classes.muted}>{words.secretHint}</span>
          <Group>
            <Button variant="default" leftSection={<IconKey size={14} />} onClick={() => setOpen(true)}>
              {words.rotate}
            </Button>
          </Group>
        </Stack>
      </Card>
      <SecretDialog
        integration={integration}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onSave={async (secrets) => {
          const saved = await changeIntegration(integration.id, etag, { client_secret: secrets }).catch(
            async (thrown: unknown) => {
              // Read again: what was refused with an old ETag is taken by the next try.
              await queries.invalidateQueries(integrationQuery(integration.id));
              throw thrown;
            },
          );
          queries.setQueryData(integrationQuery(integration.id).queryKey, saved);
          toast(t.integrations.rotate.done);
          setOpen(false);
        }}
      />
    </Section>
  );
}
