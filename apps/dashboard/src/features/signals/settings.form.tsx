import { PasswordInput, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { t } from '../../messages/index.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import { changeStream, streamQuery, type Stream } from './signals.query.js';
import { changeOf, checkSettings, settingsOf, type SettingsValues } from './stream.form.js';

const words = t.signals.form;
const names: Record<keyof SettingsValues, string> = {
  name: words.name,
  audience: words.audience,
  events: words.events,
  jwks_uri: words.jwksUri,
  poll_endpoint: words.pollEndpoint,
  poll_authorization: words.pollAuthorization,
};

interface SettingsFormProps {
  stream: Stream;
  etag: string;
  onDone: () => void;
}

/** Everything but issuer and delivery, which stay, and the policy, which has a form of its own. */
export function SettingsForm({ stream, etag, onDone }: SettingsFormProps) {
  const queries = useQueryClient();
  // What is there: what is typed is compared with it, also after somebody else changed it.
  const base = useRef(stream);
  const edit = useTaggedForm<SettingsValues>({
    initial: { values: settingsOf(stream), etag },
    check: checkSettings,
    save: async (values, tag) => {
      await changeStream(stream.id, tag, changeOf(base.current, values));
      await queries.invalidateQueries({ queryKey: ['signals'] });
      toast(words.saved);
      onDone();
    },
    readAgain: async () => {
      const now = await queries.fetchQuery({ ...streamQuery(stream.id), staleTime: 0 });
      base.current = now.data;
      return { values: settingsOf(now.data), etag: now.etag };
    },
  });
  const { form } = edit;
  const field = (name: keyof SettingsValues) => ({
    label: names[name],
    value: form.values[name],
    error: form.error(name),
    autoComplete: 'off',
    spellCheck: false,
  });
  const lines = { autosize: true, minRows: 2, maxRows: 8 };
  return (
    <TaggedForm
      edit={edit}
      action={t.actions.save}
      onCancel={onDone}
      names={names}
      show={(name, values) => (name === 'poll_authorization' ? t.time.none : values[name])}
    >
      <TextInput {...field('name')} onChange={({ currentTarget }) => form.set('name', currentTarget.value)} />
      <Textarea
        {...field('audience')}
        {...lines}
        onChange={({ currentTarget }) => form.set('audience', currentTarget.value)}
      />
      <Textarea
        {...field('events')}
        {...lines}
        description={words.eventsHint}
        onChange={({ currentTarget }) => form.set('events', currentTarget.value)}
      />
      {stream.jwks === null && (
        <TextInput
          {...field('jwks_uri')}
          description={words.jwksUriHint}
          onChange={({ currentTarget }) => form.set('jwks_uri', currentTarget.value)}
        />
      )}
      {stream.delivery === 'poll' && (
        <>
          <TextInput
            {...field('poll_endpoint')}
            onChange={({ currentTarget }) => form.set('poll_endpoint', currentTarget.value)}
          />
          <PasswordInput
            {...field('poll_authorization')}
            description={words.pollAuthorizationKept}
            onChange={({ currentTarget }) => form.set('poll_authorization', currentTarget.value)}
          />
        </>
      )}
    </TaggedForm>
  );
}
