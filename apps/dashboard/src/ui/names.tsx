import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { allIntegrations } from '../api/integrations.query.js';
import { allProviders } from '../api/providers.query.js';
import { useCan } from '../api/session-state.js';
import { ObjectLink } from './object-link.js';

/** By its id what something is called; its id, where nobody says. */
export interface Names {
  provider: (id: string) => string;
  integration: (id: string) => string;
}

const idItself = (id: string): string => id;
const Context = createContext<Names>({ provider: idItself, integration: idItself });

/** What providers and integrations are called, fetched once for all that is shown within. */
export function NamesProvider({ children }: { children: ReactNode }) {
  const enabled = useCan('integrations:read');
  const { data: providers } = useQuery({ ...allProviders, enabled });
  const { data: integrations } = useQuery({ ...allIntegrations, enabled });
  const names = useMemo(
    () => ({ provider: nameIn(providers), integration: nameIn(integrations) }),
    [providers, integrations],
  );
  return <Context value={names}>{children}</Context>;
}

function nameIn(named: readonly { id: string; name: string }[] = []): (id: string) => string {
  const byId = new Map(named.map(({ id, name }) => [id, name]));
  return (id) => byId.get(id) ?? id;
}

export const useNames = (): Names => useContext(Context);

export function ProviderName({ id }: { id: string }) {
  return <>{useNames().provider(id)}</>;
}

/** Linked to its page. */
export function IntegrationName({ id }: { id: string }) {
  const name = useNames().integration(id);
  return <ObjectLink id={id} name={name === id ? undefined : name} />;
}
