import { Button, Menu } from '@mantine/core';
import { IconBookmark, IconCheck, IconChevronDown, IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { changeView, isSameView, savedViewsQuery, viewQueryOf, type SavedView } from './connections.query.js';
import { connectionsSearch, type ConnectionsSearch } from './connections.search.js';
import { ManageViews } from './manage-views.dialog.js';
import { SaveView } from './save-view.dialog.js';
import classes from './connections.module.css';

const words = t.connections.views;

interface SavedViewsProps {
  search: ConnectionsSearch;
  onOpen: (search: ConnectionsSearch) => void;
}

/** Named URLs: one's own, and those that others share. */
export function SavedViews({ search, onOpen }: SavedViewsProps) {
  const views = useQuery(savedViewsQuery);
  const [dialog, setDialog] = useState<'save' | 'manage'>();
  const [last, setLast] = useState<string>();
  const now = viewQueryOf(search);
  const current = views.data?.find(({ query }) => isSameView(query, now));
  const opened = views.data?.find(({ id, mine }) => id === last && mine);
  const update = useUpdate();
  const open = (view: SavedView): void => {
    setLast(view.id);
    onOpen(connectionsSearch(view.query));
  };
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={14} />}
            rightSection={<IconChevronDown size={14} />}
          >
            <span className={classes.viewName}>{current?.name ?? words.menu}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} className={classes.scrolls}>
          <Item isOn={Object.keys(now).length === 0} onClick={() => onOpen({})}>
            {words.all}
          </Item>
          <Group label={words.mine} views={views.data?.filter(({ mine }) => mine)} {...{ current, open }} />
          <Group
            label={words.shared}
            views={views.data?.filter(({ mine }) => !mine)}
            {...{ current, open }}
          />
          {views.error && <Menu.Label>{words.failed}</Menu.Label>}
          <Menu.Divider />
          {opened && !current && (
            <Menu.Item onClick={() => update.mutate({ view: opened, query: now })}>
              {words.update(opened.name)}
            </Menu.Item>
          )}
          <Menu.Item disabled={Object.keys(now).length === 0} onClick={() => setDialog('save')}>
            {words.save}
          </Menu.Item>
          <Menu.Item onClick={() => setDialog('manage')}>{words.manage}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SaveView isOpen={dialog === 'save'} query={now} onClose={() => setDialog(undefined)} />
      <ManageViews isOpen={dialog === 'manage'} onClose={() => setDialog(undefined)} />
    </>
  );
}

function useUpdate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ view, query }: { view: SavedView; query: Record<string, string> }) =>
      changeView(view.id, { query }),
    onSuccess: ({ name }) => {
      toast(words.saved(name));
      void queries.invalidateQueries(savedViewsQuery);
    },
    onError: (error) => toastProblem(error),
  });
}

interface GroupProps {
  label: string;
  views: readonly SavedView[] | undefined;
  current: SavedView | undefined;
  open: (view: SavedView) => void;
}

function Group({ label, views, current, open }: GroupProps) {
  if (!views || views.length === 0) return null;
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {views.map((view) => (
        <Item
          key={view.id}
          isOn={view.id === current?.id}
          isShared={view.shared}
          note={view.mine ? undefined : words.by(view.owner.name ?? words.somebody)}
          onClick={() => open(view)}
        >
          {view.name}
        </Item>
      ))}
    </>
  );
}

interface ItemProps {
  isOn: boolean;
  isShared?: boolean;
  note?: string;
  onClick: () => void;
  children: string;
}

function Item({ isOn, isShared = false, note, onClick, children }: ItemProps) {
  return (
    <Menu.Item
      aria-current={isOn || undefined}
      leftSection={isOn ? <IconCheck size={14} /> : <span className={classes.unchecked} />}
      rightSection={isShared && <IconUsers size={14} aria-label={words.isShared} />}
      onClick={onClick}
    >
      {children}
      {note && <span className={classes.note}>{note}</span>}
    </Menu.Item>
  );
}
