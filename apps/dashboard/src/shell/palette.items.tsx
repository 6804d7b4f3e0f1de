import {
  IconArrowRight,
  IconPlugConnected,
  IconPuzzle,
  IconSearch,
  IconZoomQuestion,
  type Icon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { client, dataOf } from '../api/client.js';
import { allIntegrations } from '../api/integrations.query.js';
import { useCan, usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { handOver } from '../ui/hand-over.js';
import { ProviderName } from '../ui/names.js';
import { kindOf, placeOf } from '../ui/object-place.js';
import { StateBadge } from '../ui/state-badge.js';
import { looksLikeToken } from '../ui/token-like.js';
import { firstSteps, permissionOf, places } from './navigation.js';
import { useCommands } from './palette.commands.js';

const words = t.shell.palette;

export interface PaletteItem {
  id: string;
  icon: Icon;
  label: string;
  aside?: ReactNode;
  run: () => void;
}

/**
 * What the words typed may mean: pages and commands at once, things by name or id after them. Of a pasted token only
 * its lookup, and nothing of it in a URL.
 */
export function usePaletteItems(text: string): readonly PaletteItem[] {
  const isToken = looksLikeToken(text);
  const asked = isToken ? '' : text;
  const token = useTokenItems(text);
  const commands = useCommands().map((command) => ({ ...command, id: `command:${command.id}` }));
  const pages = usePages();
  const integrations = useIntegrations(asked);
  const connections = useConnections(asked);
  const jump = useJump(asked).filter(({ id }) => connections.every((found) => found.id !== id));
  const find = useFind(asked);
  if (isToken) return token;
  const named = [...pages, ...commands].filter(({ label }) => has(label, text));
  return [...jump, ...named, ...integrations, ...connections, ...find];
}

const has = (name: string, text: string): boolean => name.toLowerCase().includes(text.toLowerCase());

function useTokenItems(text: string): PaletteItem[] {
  const navigate = useNavigate();
  const mayLookUp = useCan('tokens:lookup');
  const run = (): void => {
    handOver(text);
    void navigate({ to: '/leaked-token' });
  };
  return mayLookUp ? [{ id: 'token', icon: IconZoomQuestion, label: words.token, run }] : [];
}

function usePages(): PaletteItem[] {
  const { session } = usePageState();
  const navigate = useNavigate();
  return [...places.flatMap((group) => group.places), firstSteps]
    .filter(({ permission = 'session' }) => session?.permissions.includes(permission))
    .map(({ to, label, icon }) => ({
      id: `page:${to}`,
      icon,
      label,
      aside: <IconArrowRight size={14} aria-hidden />,
      run: () => void navigate({ to }),
    }));
}

/** By any of our ids, where there is a page that the person may see. */
function useJump(text: string): PaletteItem[] {
  const navigate = useNavigate();
  const kind = kindOf(text);
  const place = placeOf(text, kind);
  const mayGo = useCan(permissionOf(place?.to ?? '/'));
  if (!place || !mayGo) return [];
  const label = words.goTo(t.objects[kind ?? ''] ?? '', text);
  return [{ id: text, icon: IconArrowRight, label, run: () => void navigate(place) }];
}

const mostOfAKind = 5;

function useIntegrations(text: string): PaletteItem[] {
  const navigate = useNavigate();
  const enabled = useCan('integrations:read');
  const { data = [] } = useQuery({ ...allIntegrations, enabled });
  if (text === '') return [];
  return data
    .filter(({ name }) => has(name, text))
    .slice(0, mostOfAKind)
    .map(({ id, name, provider }) => ({
      id,
      icon: IconPuzzle,
      label: name,
      aside: <ProviderName id={provider} />,
      run: () => void navigate({ to: '/integrations/$id', params: { id } }),
    }));
}

/** After 200 ms without a key. */
function useConnections(text: string): PaletteItem[] {
  const navigate = useNavigate();
  const mayRead = useCan('connections:read');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const enabled = mayRead && q.length >= 2;
  const { data } = useQuery({
    queryKey: ['connections', 'palette', q],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/admin/api/connections', { params: { query: { q, limit: mostOfAKind } }, signal })),
    enabled,
  });
  const found = enabled && q === text ? (data?.data ?? []) : [];
  return found.map(({ id, end_user: user, provider, state }) => ({
    id,
    icon: IconPlugConnected,
    label: user?.display_name ?? user?.email ?? user?.id ?? id,
    aside: (
      <>
        <ProviderName id={provider} /> <StateBadge state={state} />
      </>
    ),
    run: () => void navigate({ to: '/connections/$id', params: { id } }),
  }));
}

function useFind(text: string): PaletteItem[] {
  const navigate = useNavigate();
  const mayRead = useCan('connections:read');
  const run = (): void => void navigate({ to: '/connections', search: { q: text } });
  return mayRead && text !== '' ? [{ id: 'find', icon: IconSearch, label: words.find(text), run }] : [];
}
