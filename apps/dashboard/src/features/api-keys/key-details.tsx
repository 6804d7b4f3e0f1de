import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { CopyCurl } from '../../ui/copy-curl.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { Identifier } from '../../ui/identifier.js';
import { Moment, UtcMoment, useNow } from '../../ui/moment.js';
import { Facts } from '../../ui/page.js';
import { PersonName } from '../../ui/person-name.js';
import { Loaded } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { KeyStateBadge } from './api-keys.columns.js';
import { apiKeyQuery, revokeApiKey, type ApiKey, type CreatedApiKey } from './api-keys.query.js';
import { EditKeyDialog } from './edit-key.dialog.js';
import { isOverlapping, isUsable, keyState } from './key-state.js';
import { RotateKeyDialog } from './rotate-key.dialog.js';
import { ScopesExplained } from './scopes.js';
import classes from './api-keys.module.css';

const words = t.apiKeys;

type Asked = 'edit' | 'rotate' | 'revoke';

interface KeyDetailsProps {
  id: string | undefined;
  onClose: () => void;
  onRotated: (key: CreatedApiKey) => void;
}

/** One key beside the list: all about it, and what can be done with it. */
export function KeyDetails({ id, onClose, onRotated }: KeyDetailsProps) {
  const query = useQuery({ ...apiKeyQuery(id ?? ''), enabled: id !== undefined });
  const [asked, setAsked] = useState<Asked>();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      // Escape closes what is on top alone.
      closeOnEscape={asked === undefined}
      position="right"
      size={440}
      title={query.data ? words.detail.label(query.data.data.name) : words.title}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {id !== undefined && (
        <Loaded query={query} rows={8}>
          {({ data }) => <Details apiKey={data} asked={asked} onAsk={setAsked} onRotated={onRotated} />}
        </Loaded>
      )}
    </Drawer>
  );
}

interface DetailsProps {
  apiKey: ApiKey;
  asked: Asked | undefined;
  onAsk: (asked: Asked | undefined) => void;
  onRotated: (key: CreatedApiKey) => void;
}

function Details({ apiKey, asked, onAsk, onRotated }: DetailsProps) {
  const now = useNow();
  const close = () => onAsk(undefined);
  const state = keyState(apiKey, now);
  return (
    <Stack gap={16}>
      <Group gap={8}>
        <KeyStateBadge state={state} />
      </Group>
      <Text size="sm">{words.detail.sentence[state]}</Text>
      <Group gap={8}>
        {isUsable(state) && <Button onClick={() => onAsk('rotate')}>{words.detail.rotate}</Button>}
        {state !== 'revoked' && (
          <>
            <Button variant="default" onClick={() => onAsk('edit')}>
              {words.detail.edit}
            </Button>
            <Button variant="default" c="var(--mantine-color-error)" onClick={() => onAsk('revoke')}>
              {words.detail.revoke}
            </Button>
          </>
        )}
      </Group>
      <KeyFacts apiKey={apiKey} now={now} />
      <Text size="sm" fw={600} component="h3" m={0}>
        {words.columns.scopes}
      </Text>
      <ScopesExplained scopes={apiKey.scopes} />
      <Group>
        <CopyCurl method="GET" path={`/v1/api-keys/${apiKey.id}`} />
      </Group>
      <EditKeyDialog isOpen={asked === 'edit'} onClose={close} id={apiKey.id} />
      <RotateKeyDialog isOpen={asked === 'rotate'} onClose={close} apiKey={apiKey} onRotated={onRotated} />
      <RevokeKey isOpen={asked === 'revoke'} onClose={close} apiKey={apiKey} />
    </Stack>
  );
}

function KeyFacts({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  const networks = apiKey.allowed_addresses;
  return (
    <Facts
      facts={[
        [words.columns.prefix, <code className={classes.prefix}>{apiKey.prefix}</code>],
        [words.columns.lastUsed, <Moment at={apiKey.last_used_at} never={words.neverUsed} />],
        [words.columns.expires, <Moment at={apiKey.expires_at} never={words.noEnd} />],
        ...(apiKey.revoked_at ? [[words.detail.revoked, <Moment at={apiKey.revoked_at} />] as const] : []),
        [words.columns.networks, networks ? networks.join(', ') : words.anywhere],
        [words.columns.createdBy, <PersonName id={apiKey.created_by} />],
        [words.columns.created, <Moment at={apiKey.created_at} />],
        [words.detail.rotated, <Moment at={apiKey.rotated_at} never={words.detail.notRotated} />],
        ...(isOverlapping(apiKey, now)
          ? [[words.detail.overlap, <UtcMoment at={apiKey.previous_expires_at} />] as const]
          : []),
        [words.detail.id, <Identifier id={apiKey.id} />],
      ]}
    />
  );
}

function RevokeKey({ apiKey, isOpen, onClose }: { apiKey: ApiKey; isOpen: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <DangerDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.revoke.title(apiKey.name)}
      action={words.revoke.action(apiKey.name)}
      typed={apiKey.name}
      onConfirm={async () => {
        await revokeApiKey(apiKey.id);
        await queries.invalidateQueries({ queryKey: ['api-keys'] });
        toast(words.revoke.done(apiKey.name));
      }}
    >
      <p>{words.revoke.what}</p>
      {words.revoke.lastUsed} <Moment at={apiKey.last_used_at} never={words.neverUsed} />
    </DangerDialog>
  );
}
