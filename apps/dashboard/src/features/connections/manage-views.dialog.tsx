import { ActionIcon, Modal, Switch, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { Loaded } from '../../ui/states.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { changeView, deleteView, savedViewsQuery, saveView, type SavedView } from './connections.query.js';
import classes from './connections.module.css';

const words = t.connections.views;

interface ManageViewsProps {
  isOpen: boolean;
  onClose: () => void;
}

/** One’s own views: names and sharing change at once, and back where it was refused; a deleted one can be undone. */
export function ManageViews({ isOpen, onClose }: ManageViewsProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={words.manageTitle}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {isOpen && <OwnViews />}
    </Modal>
  );
}

function OwnViews() {
  const views = useQuery(savedViewsQuery);
  const { change, remove, problem } = useViewChanges();
  return (
    <Loaded query={views}>
      {(all) => {
        const own = all.filter(({ mine }) => mine);
        if (own.length === 0) return <Text size="sm">{words.none}</Text>;
        return (
          <>
            {problem && <ProblemAlert problem={problem} />}
            <ul className={classes.views}>
              {own.map((view) => (
                <OwnView
                  key={view.id}
                  view={view}
                  onChange={(wish) => change.mutate({ id: view.id, ...wish })}
                  onRemove={() => remove.mutate(view)}
                />
              ))}
            </ul>
          </>
        );
      }}
    </Loaded>
  );
}

interface OwnViewProps {
  view: SavedView;
  onChange: (wish: { name?: string; shared?: boolean }) => void;
  onRemove: () => void;
}

function OwnView({ view, onChange, onRemove }: OwnViewProps) {
  const [name, setName] = useState(view.name);
  const rename = (): void => {
    const wish = name.trim();
    if (wish === '') setName(view.name);
    else if (wish !== view.name) onChange({ name: wish });
  };
  return (
    <li>
      <TextInput
        aria-label={words.rename(view.name)}
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        onBlur={rename}
        onKeyDown={({ key }) => key === 'Enter' && rename()}
      />
      <Switch
        size="xs"
        label={words.isShared}
        aria-label={words.shareOf(view.name)}
        checked={view.shared}
        onChange={({ currentTarget }) => onChange({ shared: currentTarget.checked })}
      />
      <ActionIcon aria-label={words.remove(view.name)} onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
    </li>
  );
}

function useViewChanges() {
  const queries = useQueryClient();
  const { queryKey } = savedViewsQuery;
  const settle = (): void => void queries.invalidateQueries(savedViewsQuery);
  const optimistic = async (next: (views: SavedView[]) => SavedView[]) => {
    await queries.cancelQueries(savedViewsQuery);
    const before = queries.getQueryData(queryKey);
    queries.setQueryData(queryKey, (views) => views && next(views));
    return before;
  };
  const putBack = (before: SavedView[] | undefined): void => {
    queries.setQueryData(queryKey, before);
  };
  const change = useMutation({
    mutationFn: ({ id, ...wish }: { id: string; name?: string; shared?: boolean }) => changeView(id, wish),
    onMutate: ({ id, ...wish }) =>
      optimistic((views) => views.map((view) => (view.id === id ? { ...view, ...wish } : view))),
    onError: (_error, _wish, before) => putBack(before),
    onSettled: settle,
  });
  const remove = useMutation({
    mutationFn: ({ id }: SavedView) => deleteView(id),
    onMutate: ({ id }) => optimistic((views) => views.filter((view) => view.id !== id)),
    onSuccess: (_nothing, { name, query, shared }) =>
      toast(words.removed(name), () => {
        saveView({ name, query, shared })
          .then(settle)
          .catch((thrown: unknown) => toastProblem(thrown));
      }),
    onError: (_error, _view, before) => putBack(before),
    onSettled: settle,
  });
  const error = change.error ?? remove.error;
  return { change, remove, problem: error ? ApiProblem.from(error) : undefined };
}
