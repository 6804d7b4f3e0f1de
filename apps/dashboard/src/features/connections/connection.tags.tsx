import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { LeaveGuard } from '../../ui/leave-guard.js';
import { toast } from '../../ui/toasts.js';
import { changeTags, connectionQuery, type ConnectionDetail } from './connection.query.js';
import classes from './connection.module.css';

const words = t.connection.tags;

/** The caller’s own words: they change at once, and back where it was refused; what is removed can be undone. */
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
        <TagForm
          key={open.name}
          {...open}
          onClose={() => setOpen(undefined)}
          onSave={(key, value) => {
            setOpen(undefined);
            change.mutate({ [key]: value });
          }}
        />
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
  /** Of a tag that is there; only its value changes then. */
  name: string;
  value: string;
  onSave: (key: string, value: string) => void;
  onClose: () => void;
}

function TagForm({ name, value, onSave, onClose }: TagFormProps) {
  const [typed, setTyped] = useState({ key: name, value });
  const [isTried, setTried] = useState(false);
  const key = typed.key.trim();
  const isKey = /^[^:\p{Cc}]{1,40}$/u.test(key);
  const isValue = /^[^\p{Cc}]{1,200}$/u.test(typed.value.trim());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isKey && isValue) onSave(key, typed.value.trim());
  };
  return (
    <form className={classes.tagForm} onSubmit={submit} noValidate>
      <TextInput
        label={words.key}
        disabled={name !== ''}
        autoFocus={name === ''}
        maxLength={40}
        autoComplete="off"
        value={typed.key}
        error={isTried && !isKey && words.keyFault}
        onChange={({ currentTarget }) => setTyped({ ...typed, key: currentTarget.value })}
      />
      <TextInput
        label={words.value}
        description={words.hint}
        autoFocus={name !== ''}
        maxLength={200}
        autoComplete="off"
        value={typed.value}
        error={isTried && !isValue && words.valueFault}
        onChange={({ currentTarget }) => setTyped({ ...typed, value: currentTarget.value })}
      />
      <Group gap={8}>
        <Button type="submit">{name === '' ? words.save : words.set}</Button>
        <Button variant="default" onClick={onClose}>
          {t.actions.cancel}
        </Button>
      </Group>
      <LeaveGuard isDirty={typed.key !== name || typed.value !== value} />
    </form>
  );
}
