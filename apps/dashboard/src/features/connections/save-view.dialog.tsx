import { Modal, Switch, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { toast } from '../../ui/toasts.js';
import { savedViewsQuery, saveView } from './connections.query.js';

const words = t.connections.views;

interface SaveViewProps {
  isOpen: boolean;
  query: Record<string, string>;
  onClose: () => void;
}

export function SaveView({ isOpen, query, onClose }: SaveViewProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={words.saveTitle}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {isOpen && <Form query={query} onClose={onClose} />}
    </Modal>
  );
}

function Form({ query, onClose }: Omit<SaveViewProps, 'isOpen'>) {
  const queries = useQueryClient();
  const form = useForm({
    initial: { name: '', shared: false },
    check: ({ name }) => (name.trim() === '' ? { name: t.form.required } : {}),
    onSubmit: async ({ name, shared }) => {
      await saveView({ name: name.trim(), shared, query });
      void queries.invalidateQueries(savedViewsQuery);
      toast(words.saved(name.trim()));
      onClose();
    },
  });
  return (
    <EditForm form={form} action={t.actions.saveView} onCancel={onClose}>
      <Text size="sm">{words.saveHint}</Text>
      <TextInput
        label={words.name}
        data-autofocus
        maxLength={100}
        autoComplete="off"
        value={form.values.name}
        error={form.error('name')}
        onChange={({ currentTarget }) => form.set('name', currentTarget.value)}
      />
      <Switch
        label={words.share}
        checked={form.values.shared}
        onChange={({ currentTarget }) => form.set('shared', currentTarget.checked)}
      />
    </EditForm>
  );
}
