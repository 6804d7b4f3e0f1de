import { Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Integration } from '../../api/integrations.query.js';
import { makeConnectLink, type MadeConnectLink, type NewConnectLink } from '../../api/connect-links.query.js';
import { t } from '../../messages/index.js';
import { EditForm, useForm, type Form } from '../../ui/edit-form.js';
import { Fold } from '../../ui/fold.js';
import { useNames } from '../../ui/names.js';
import { WordsInput } from '../../ui/words-input.js';
import { tagsOf } from './link-tags.js';

const words = t.connectLinks.form;

interface LinkValues {
  integration: string;
  id: string;
  email: string;
  display_name: string;
  scopes: string[];
  return_url: string;
  tags: string[];
}

interface NewLinkFormProps {
  integrations: readonly Integration[];
  integration: string | undefined;
  onMade: (made: MadeConnectLink) => void;
  onCancel: () => void;
}

/** For whom, at which integration; what few want to say is folded. */
export function NewLinkForm({ integrations, integration, onMade, onCancel }: NewLinkFormProps) {
  const queries = useQueryClient();
  const { provider: nameOf } = useNames();
  const usable = integrations.filter(({ state }) => state === 'active');
  const chosen = usable.find(({ id }) => id === integration) ?? (usable.length === 1 ? usable[0] : undefined);
  const form = useForm<LinkValues>({
    initial: {
      integration: chosen?.id ?? '',
      id: '',
      email: '',
      display_name: '',
      scopes: [],
      return_url: '',
      tags: [],
    },
    check,
    onSubmit: async (values) => {
      const made = await makeConnectLink(bodyOf(values));
      void queries.invalidateQueries({ queryKey: ['connections', 'links'] });
      onMade(made);
    },
  });
  return (
    <EditForm form={form} action={t.connectLinks.makeAction} onCancel={onCancel}>
      <Select
        label={words.integration}
        description={words.integrationHint}
        data={usable.map(({ id, name, provider }) => ({ value: id, label: `${name} (${nameOf(provider)})` }))}
        value={form.values.integration || null}
        searchable={usable.length > 8}
        allowDeselect={false}
        required
        data-autofocus={!chosen || undefined}
        error={form.error('integration')}
        onChange={(value) => {
          form.set('integration', value ?? '');
          form.set('return_url', '');
        }}
      />
      <EndUser form={form} isFirst={chosen !== undefined} />
      <More form={form} integration={usable.find(({ id }) => id === form.values.integration)} />
    </EditForm>
  );
}

function EndUser({ form, isFirst }: { form: Form<LinkValues>; isFirst: boolean }) {
  return (
    <Stack gap={16}>
      <TextInput
        label={words.id}
        description={words.idHint}
        maxLength={255}
        required
        autoComplete="off"
        data-autofocus={isFirst || undefined}
        value={form.values.id}
        error={form.error('id')}
        onChange={({ currentTarget }) => form.set('id', currentTarget.value)}
      />
      <TextInput
        label={`${words.name} (${words.optional})`}
        description={words.shown}
        maxLength={200}
        autoComplete="off"
        value={form.values.display_name}
        error={form.error('display_name')}
        onChange={({ currentTarget }) => form.set('display_name', currentTarget.value)}
      />
      <TextInput
        label={`${words.email} (${words.optional})`}
        type="email"
        maxLength={320}
        autoComplete="off"
        value={form.values.email}
        error={form.error('email')}
        onChange={({ currentTarget }) => form.set('email', currentTarget.value)}
      />
    </Stack>
  );
}

function More({ form, integration }: { form: Form<LinkValues>; integration: Integration | undefined }) {
  const hasError = ['scopes', 'return_url', 'tags'].some((name) => form.error(name as keyof LinkValues));
  const urls = integration?.return_urls ?? [];
  return (
    <Fold title={words.more} isOpen={hasError}>
      <WordsInput
        label={words.scopes}
        description={words.scopesHint}
        placeholder={form.values.scopes.length === 0 ? integration?.scopes.join(' ') : undefined}
        value={form.values.scopes}
        error={form.error('scopes')}
        onChange={(scopes) => form.set('scopes', scopes)}
      />
      <Select
        label={words.returnUrl}
        description={words.returnUrlHint}
        data={[{ value: '', label: words.noReturn }, ...urls.map((url) => ({ value: url, label: url }))]}
        value={form.values.return_url}
        allowDeselect={false}
        error={form.error('return_url')}
        onChange={(value) => form.set('return_url', value ?? '')}
      />
      {form.values.return_url && integration?.confirmation && <Text size="sm">{words.confirms}</Text>}
      <TagsInput
        label={words.tags}
        description={words.tagsHint}
        value={form.values.tags}
        error={form.error('tags')}
        onChange={(tags) => form.set('tags', tags)}
      />
    </Fold>
  );
}

function check(values: LinkValues): Partial<Record<keyof LinkValues, string>> {
  return {
    ...(values.integration === '' && { integration: t.form.required }),
    ...(values.id.trim() === '' && { id: t.form.required }),
    ...(!tagsOf(values.tags) && { tags: words.tagsWrong }),
  };
}

function bodyOf(values: LinkValues): NewConnectLink {
  const { integration, id, email, display_name: name, scopes, return_url: returnUrl } = values;
  const tags = tagsOf(values.tags) ?? {};
  return {
    integration,
    end_user: {
      id: id.trim(),
      ...(email.trim() && { email: email.trim() }),
      ...(name.trim() && { display_name: name.trim() }),
    },
    ...(scopes.length > 0 && { scopes }),
    ...(returnUrl && { return_url: returnUrl }),
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}
