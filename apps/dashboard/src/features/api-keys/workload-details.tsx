import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { Identifier } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { Facts } from '../../ui/page.js';
import { PersonName } from '../../ui/person-name.js';
import { Loaded } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { deleteWorkload, workloadQuery, type WorkloadIdentity } from './api-keys.query.js';
import { ScopesExplained } from './scopes.js';
import { EditWorkloadForm } from './workload.form.js';

const words = t.apiKeys.workloads;

type Asked = 'edit' | 'delete';

/** One identity beside the list: what its tokens must be like, and for which audience. */
export function WorkloadDetails({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const query = useQuery({ ...workloadQuery(id ?? ''), enabled: id !== undefined });
  const [asked, setAsked] = useState<Asked>();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      // Escape closes what is on top alone.
      closeOnEscape={asked === undefined}
      position="right"
      size={440}
      title={query.data ? words.detail.label(query.data.data.name) : t.apiKeys.tabs.workloads}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {id !== undefined && (
        <Loaded query={query} rows={8}>
          {({ data, etag }) => (
            <Details identity={data} etag={etag} asked={asked} onAsk={setAsked} onGone={onClose} />
          )}
        </Loaded>
      )}
    </Drawer>
  );
}

interface DetailsProps {
  identity: WorkloadIdentity;
  etag: string;
  asked: Asked | undefined;
  onAsk: (asked: Asked | undefined) => void;
  onGone: () => void;
}

function Details({ identity, etag, asked, onAsk, onGone }: DetailsProps) {
  const queries = useQueryClient();
  const close = () => onAsk(undefined);
  return (
    <Stack gap={16}>
      <Text size="sm">{words.detail.sentence}</Text>
      <Group gap={8}>
        <Button onClick={() => onAsk('edit')}>{words.detail.edit}</Button>
        <Button variant="default" c="var(--mantine-color-error)" onClick={() => onAsk('delete')}>
          {words.detail.delete}
        </Button>
      </Group>
      <WorkloadFacts identity={identity} />
      <Text size="sm" fw={600} component="h3" m={0}>
        {t.apiKeys.columns.scopes}
      </Text>
      <ScopesExplained scopes={identity.scopes} />
      <FormDialog
        isOpen={asked === 'edit'}
        onClose={close}
        title={words.form.editTitle(identity.name)}
        size={640}
      >
        <EditWorkloadForm identity={identity} etag={etag} onClose={close} />
      </FormDialog>
      <DangerDialog
        isOpen={asked === 'delete'}
        onClose={close}
        title={words.remove.title(identity.name)}
        action={words.remove.action(identity.name)}
        typed={identity.name}
        onConfirm={async () => {
          await deleteWorkload(identity.id);
          onGone();
          await queries.invalidateQueries({ queryKey: ['workload-identities', 'list'] });
          toast(words.remove.done(identity.name));
        }}
      >
        {words.remove.what}
      </DangerDialog>
    </Stack>
  );
}

function WorkloadFacts({ identity }: { identity: WorkloadIdentity }) {
  const { audience, issuer, claims, jwks } = identity;
  return (
    <>
      <div>
        <Text size="sm" fw={600} component="h3" m={0}>
          {words.detail.audience}
        </Text>
        <Identifier id={audience} whole />
        <Text size="xs" c="dimmed">
          {words.detail.audienceHint}
        </Text>
      </div>
      <Facts
        facts={[
          [words.detail.issuer, issuer],
          ...Object.entries(claims).map(
            ([claim, value]) => [claim, [value].flat().join(words.detail.or)] as const,
          ),
          [words.detail.keys, jwks ? words.detail.given(jwks.keys.length) : words.detail.discovered],
          [t.apiKeys.columns.createdBy, <PersonName id={identity.created_by} />],
          [t.apiKeys.columns.created, <Moment at={identity.created_at} />],
          [t.apiKeys.detail.id, <Identifier id={identity.id} />],
        ]}
      />
    </>
  );
}
