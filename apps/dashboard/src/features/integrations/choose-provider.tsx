import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import { allIntegrations } from '../../api/integrations.query.js';
import type { Provider } from '../../api/providers.query.js';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { SearchField } from '../../ui/filters.js';
import { Moment } from '../../ui/moment.js';
import { matching } from './catalogue.js';
import { createDraft } from './integrations.query.js';
import type { NewIntegrationSearch } from './integrations.search.js';
import { revocationWords, rotationWords } from './provider-words.js';
import classes from './integrations.module.css';

const words = t.integrations.new;

interface ChooseProviderProps {
  search: NewIntegrationSearch;
  providers: readonly Provider[];
  go: (next: NewIntegrationSearch) => void;
}

/** Which provider; going on makes a draft, so that there is a redirect URI to register. */
export function ChooseProvider({ search, providers, go }: ChooseProviderProps) {
  const queries = useQueryClient();
  const [isTried, setTried] = useState(false);
  const chosen = providers.find(({ id }) => id === search.provider);
  const shown = matching(providers, search.q);
  const making = useMutation({
    mutationFn: (provider: string) => createDraft(provider),
    onSuccess: (draft) => {
      void queries.invalidateQueries({ queryKey: ['integrations'] });
      go({ provider: draft.provider, draft: draft.id, step: 'register', q: undefined });
    },
  });
  return (
    <Stack gap={16}>
      <Group>
        <SearchField label={t.integrations.catalogue.search} value={search.q} onChange={(q) => go({ q })} />
      </Group>
      {shown.length > 0 ? (
        <Choices providers={shown} chosen={search.provider} onChoose={(provider) => go({ provider })} />
      ) : (
        <p role="status">{words.noMatch}</p>
      )}
      {isTried && !chosen && (
        <span role="alert" className={classes.fault}>
          {t.form.required}
        </span>
      )}
      {making.error && <ProblemAlert problem={ApiProblem.from(making.error)} />}
      <Group>
        <Button
          loading={making.isPending}
          onClick={() => (chosen ? making.mutate(chosen.id) : setTried(true))}
        >
          {chosen ? words.goOnWith(chosen.name) : words.goOn}
        </Button>
      </Group>
      <Drafts />
    </Stack>
  );
}

interface ChoicesProps {
  providers: readonly Provider[];
  chosen: string | undefined;
  onChoose: (provider: string) => void;
}

/** Radio buttons with more to read: arrows move, as they do among radio buttons. */
function Choices({ providers, chosen, onChoose }: ChoicesProps) {
  const focused = providers.some(({ id }) => id === chosen) ? chosen : providers[0]?.id;
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = providers.findIndex(({ id }) => id === focused);
    const next = providers.at((at + step) % providers.length);
    if (!next) return;
    onChoose(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-provider="${next.id}"]`)?.focus();
  };
  return (
    <div className={classes.choices} role="radiogroup" aria-label={words.choose} onKeyDown={move}>
      {providers.map((provider) => (
        <button
          key={provider.id}
          type="button"
          role="radio"
          data-provider={provider.id}
          aria-checked={provider.id === chosen}
          tabIndex={provider.id === focused ? 0 : -1}
          className={classes.choice}
          onClick={() => onChoose(provider.id)}
        >
          <span className={classes.providerName}>{provider.name}</span>
          <span className={classes.muted}>
            {rotationWords(provider)} · {revocationWords(provider).toLowerCase()}
          </span>
        </button>
      ))}
    </div>
  );
}

/** What was begun and left. */
function Drafts() {
  const { data = [] } = useQuery(allIntegrations);
  const drafts = data.filter(({ state }) => state === 'draft');
  if (drafts.length === 0) return null;
  return (
    <Stack gap={8}>
      <strong>{words.draftsTitle}</strong>
      <ul className={classes.list}>
        {drafts.map(({ id, name, provider, created_at: at }) => (
          <li key={id}>
            <Link to="/integrations/new" search={{ provider, draft: id, step: 'register' }}>
              {name}
            </Link>{' '}
            <span className={classes.muted}>
              <Moment at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
