import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { toast } from '../../ui/toasts.js';
import { createSubscriber } from './signals.query.js';

const words = t.signals.subscribers;
const none = {
  name: '',
  endpoint_url: '',
  authorization: '',
  audience: '',
  subject_format: 'opaque' as 'opaque' | 'email',
};
const required = ['name', 'endpoint_url', 'audience'] as const;

export function AddSubscriber() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Allowed to="admin">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen(true)}>
        {words.add}
      </Button>
      <FormDialog isOpen={isOpen} onClose={() => setOpen(false)} title={words.title}>
        <SubscriberForm onDone={() => setOpen(false)} />
      </FormDialog>
    </Allowed>
  );
}

function SubscriberForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initial: none,
    check: (values) =>
      Object.fromEntries(
        required.filter((name) => values[name].trim() === '').map((name) => [name, t.form.required]),
      ),
    onSubmit: async ({ authorization, ...values }) => {
      await createSubscriber({ ...values, ...(authorization !== '' && { authorization }) });
      toast(words.added(values.name));
      await queries.invalidateQueries({ queryKey: ['signals', 'subscribers'] });
      onDone();
    },
  });
  const field = (name: 'name' | 'endpoint_url' | 'authorization' | 'audience') => ({
    value: form.values[name],
    error: form.error(name),
    autoComplete: 'off',
    spellCheck: false,
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => form.set(name, currentTarget.value),
  });
  return (
    <EditForm form={form} action={words.submit} onCancel={onDone}>
      <TextInput label={words.name} data-autofocus {...field('name')} />
      <TextInput
        label={words.endpoint}
        description={words.endpointHint}
        type="url"
        {...field('endpoint_url')}
      />
      <PasswordInput
        label={words.authorization}
        description={words.authorizationHint}
        {...field('authorization')}
      />
      <TextInput label={words.audience} description={words.audienceHint} {...field('audience')} />
      <NativeSelect
        label={words.format}
        data={(['opaque', 'email'] as const).map((value) => ({ value, label: words.formatNames[value] }))}
        value={form.values.subject_format}
        onChange={({ currentTarget }) =>
          form.set('subject_format', currentTarget.value === 'email' ? 'email' : 'opaque')
        }
      />
    </EditForm>
  );
}
