import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { toast } from '../../ui/toasts.js';
import { changeTags, connectionQuery, type ConnectionDetail } from './connection.query.js';
import { tagFaults } from './tag-faults.js';
import classes from './connection.module.css';

const words = t.connection.tags;

/** The caller’s own words. What is removed goes at once, and comes back where that was refused or is undone. */
export function ConnectionTags({ connection }: { connection: ConnectionDetail }) {
  const mayWrite = useCan('connections:write');
  const change = useTagChange(connection.id);
  const [open, setOpen] = useState<{ name: string; value: string }>();
  const tags = Object.entries(connection.tags);
  const remove = (key: string, value: string): void =>
    change.mutate(
      { [key]: null },
      { onSuccess: () => toast(words.removed(key), () => change.mutate({ [key]: value })) },
    );
  return (
    <>
      {tags.length === 0 && <p className={classes.quiet}>{mayWrite ? words.none : words.noneRead}</p>}
      <ul className={classes.tags}>
        {tags.map(([key, value]) => (
          <li key={key}>
            {mayWrite ? (
              <button
                type="button"
                aria-label={words.edit(`${key}: ${value}`)}
                onClick={() => setOpen({ name: key, value })}
              >
                <b>{key}</b> {value}
              </button>
            ) : (
              <span>
                <b>{key}</b> {value}
              </span>
            )}
            {mayWrite && (
              <ActionIcon size={24} aria-label={words.remove(key)} onClick={() => remove(key, value)}>
                <IconX size={14} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {change.error && <ProblemAlert problem={ApiProblem.from(change.error)} />}
      {open && (
        <TagForm key={open.name} {...open} connection={connection} onClose={() => setOpen(undefined)} />
      )}
      {mayWrite && !open && (
        <Button
          variant="subtle"
          className={classes.addTag}
          leftSection={<IconPlus size={14} />}
          onClick={() => setOpen({ name: '', value: '' })}
        >
          {words.add}
        </Button>
      )}
    </>
  );
}

function useTagChange(id: string) {
  const queries = useQueryClient();
  const { queryKey } = connectionQuery(id);
  return useMutation({
    mutationFn: (tags: Record<string, string | null>) => changeTags(id, tags),
    onMutate: async (wish) => {
      await queries.cancelQueries({ queryKey, exact: true });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (now) => now && { ...now, tags: merged(now.tags, wish) });
      return before;
    },
    onError: (_error, _wish, before) => void queries.setQueryData(queryKey, before),
    onSettled: () => void queries.invalidateQueries({ queryKey }),
  });
}

function merged(
  tags: Readonly<Record<string, string>>,
  wish: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const kept = Object.entries({ ...tags, ...wish }).filter(([, value]) => value !== null);
  return Object.fromEntries(kept) as Record<string, string>;
}

interface TagFormProps {
  connection: ConnectionDetail;
  /** Of a tag that is there; only its value changes then. */
  name: string;
  value: string;
  onClose: () => void;
}

/** It stays until the tag is set: why it was not stands beside what was typed. */
function TagForm({ connection: { id, tags }, name, value, onClose }: TagFormProps) {
  const queries = useQueryClient();
  const { queryKey } = connectionQuery(id);
  const form = useForm({
    initial: { key: name, value },
    check: (typed) => tagFaults(typed, name === '' ? Object.keys(tags) : []),
    fieldOf: (pointer) => (pointer === '/tags' ? 'key' : 'value'),
    onSubmit: async (typed) => {
      const wish = { [typed.key.trim()]: typed.value.trim() };
      await changeTags(id, wish);
      onClose();
      queries.setQueryData(queryKey, (now) => now && { ...now, tags: merged(now.tags, wish) });
      void queries.invalidateQueries({ queryKey });
    },
  });
  return (
    <EditForm form={form} action={name === '' ? words.save : words.set} onCancel={onClose}>
      <TextInput
        label={words.key}
        disabled={name !== ''}
        autoFocus={name === ''}
        maxLength={40}
        autoComplete="off"
        value={form.values.key}
        error={form.error('key')}
        onChange={({ currentTarget }) => form.set('key', currentTarget.value)}
      />
      <TextInput
        label={words.value}
        description={words.hint}
        autoFocus={name !== ''}
        maxLength={200}
        autoComplete="off"
        value={form.values.value}
        error={form.error('value')}
        onChange={({ currentTarget }) => form.set('value', currentTarget.value)}
      />
    </EditForm>
  );
}
