import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core';
import { IconArrowRight, IconPlugConnected, IconSearch, IconZoomQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client, dataOf } from '../api/client.js';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { looksLikeToken } from '../ui/token-like.js';
import { handOver } from '../ui/hand-over.js';
import { ProviderName } from '../ui/names.js';
import { StateBadge } from '../ui/state-badge.js';
import { firstSteps, places } from './navigation.js';
import classes from './palette.module.css';

/** Mod+K: pages, connections by id, end user or e-mail; a pasted token goes to its lookup, never into a URL. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={isOpen} onClose={onClose} yOffset="12vh" size={560}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={t.shell.palette.open} radius="lg">
        {isOpen && <Search onClose={onClose} />}
      </Modal.Content>
    </Modal.Root>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const { session } = usePageState();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const combobox = useCombobox({ opened: true });
  const isToken = looksLikeToken(typed);
  const found = useFound(isToken ? '' : typed.trim());
  const pages = [...places.flatMap((group) => group.places), firstSteps]
    .filter(({ permission = 'session' }) => session?.permissions.includes(permission))
    .filter(({ label }) => label.toLowerCase().includes(typed.trim().toLowerCase()));
  useEffect(() => {
    combobox.selectFirstOption();
  }, [typed, found.length, pages.length]);

  const submit = (value: string): void => {
    onClose();
    const [kind, what = ''] = value.split(/:(.*)/s, 2);
    if (kind === 'page') void navigate({ to: what });
    else if (kind === 'connection') void navigate({ to: '/connections/$id', params: { id: what } });
    else if (kind === 'find') void navigate({ to: '/connections', search: { q: typed.trim() } });
    else {
      handOver(typed.trim());
      void navigate({ to: '/leaked-token' });
    }
  };
  const hasQuery = typed.trim() !== '' && !isToken;
  return (
    <Combobox store={combobox} onOptionSubmit={submit} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          size="md"
          variant="unstyled"
          className={classes.input}
          leftSection={<IconSearch size={16} />}
          aria-label={t.shell.palette.open}
          placeholder={t.shell.palette.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={classes.options} aria-label={t.shell.palette.open}>
        {isToken && (
          <Combobox.Option value="token:">
            <span className={classes.option}>
              <IconZoomQuestion size={16} aria-hidden />
              {t.shell.palette.token}
            </span>
          </Combobox.Option>
        )}
        {found.map(({ id, end_user: endUser, provider, state }) => (
          <Combobox.Option key={id} value={`connection:${id}`}>
            <span className={classes.option}>
              <IconPlugConnected size={16} aria-hidden />
              <span className={classes.name}>
                {endUser?.display_name ?? endUser?.email ?? endUser?.id ?? id}
              </span>
              <span className={classes.aside}>
                <ProviderName id={provider} />
              </span>
              <StateBadge state={state} />
            </span>
          </Combobox.Option>
        ))}
        {!isToken &&
          pages.map(({ to, label, icon: Icon }) => (
            <Combobox.Option key={to} value={`page:${to}`}>
              <span className={classes.option}>
                <Icon size={16} aria-hidden />
                <span className={classes.name}>{label}</span>
                <IconArrowRight size={14} aria-hidden />
              </span>
            </Combobox.Option>
          ))}
        {hasQuery && (
          <Combobox.Option value="find:">
            <span className={classes.option}>
              <IconSearch size={16} aria-hidden />
              {t.shell.palette.find(typed.trim())}
            </span>
          </Combobox.Option>
        )}
      </Combobox.Options>
    </Combobox>
  );
}

/** At most five connections, after 200 ms without a key. */
function useFound(typed: string) {
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data } = useQuery({
    queryKey: ['connections', 'palette', q],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/connections', { params: { query: { q, limit: 5 } }, signal })),
    enabled: q.length >= 2,
  });
  return q.length >= 2 ? (data?.data ?? []) : [];
}
