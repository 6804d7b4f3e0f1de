import { Button, Menu } from '@mantine/core';
import { IconFilter, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allIntegrations } from '../../api/integrations.query.js';
import { allProviders } from '../../api/providers.query.js';
import { t } from '../../messages/index.js';
import { ChoicesFilter, DateRangeFilter, TextFilter } from '../../ui/chip-filters.js';
import { ChoiceFilter, FilterBar, SearchField } from '../../ui/filters.js';
import { StateBadge } from '../../ui/state-badge.js';
import type { ConnectionsFilter } from './connections.search.js';
import { CountOf } from './connections.count.js';
import classes from './connections.module.css';

const words = t.connections.filters;
const states = Object.entries(t.states.connection).map(([value, label]) => ({
  value,
  label,
  icon: <StateBadge state={value} />,
}));
const texts = ['end_user', 'email', 'scope', 'tag'] as const;
const ranges = ['created', 'expires', 'reauthorize', 'last_read'] as const;
type Extra = (typeof texts)[number] | (typeof ranges)[number];

interface ConnectionFiltersProps {
  filter: ConnectionsFilter;
  onChange: (change: ConnectionsFilter) => void;
  onClear: () => void;
}

/** Search and chips. */
export function ConnectionFilters({ filter, onChange, onClear }: ConnectionFiltersProps) {
  const providers = useQuery(allProviders).data ?? [];
  const integrations = useQuery(allIntegrations).data ?? [];
  const [added, setAdded] = useState<readonly Extra[]>([]);
  const [isShown, setShown] = useState(false);
  const isSet = (extra: Extra): boolean =>
    filter[extra as 'tag'] !== undefined ||
    filter[`${extra}_after` as 'created_after'] !== undefined ||
    filter[`${extra}_before` as 'created_before'] !== undefined;
  const isIn = (extra: Extra): boolean => isSet(extra) || added.includes(extra);
  const left = [...texts, ...ranges].filter((extra) => !isIn(extra));
  const howMany = Object.keys(filter).filter((name) => name !== 'q').length;
  return (
    <FilterBar
      isFiltered={Object.keys(filter).length > 0}
      onClear={() => {
        setAdded([]);
        onClear();
      }}
      count={<CountOf filter={filter} />}
    >
      <SearchField label={t.connections.search} value={filter.q} onChange={(q) => onChange({ q })} />
      <Button
        data-filter
        className={classes.sheetToggle}
        variant="default"
        leftSection={<IconFilter size={14} />}
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
      >
        {howMany > 0 ? words.shown(howMany) : words.show}
      </Button>
      <div className={classes.chips} data-open={isShown || undefined}>
        <ChoicesFilter
          label={words.state}
          options={states}
          values={filter.state?.split(',') ?? []}
          onChange={(values) => onChange({ state: values.join(',') || undefined })}
        />
        <ChoiceFilter
          label={words.provider}
          options={providers.map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.provider}
          onChange={(provider) => onChange({ provider })}
        />
        <ChoicesFilter
          label={words.integration}
          options={integrations.map(({ id, name }) => ({ value: id, label: name }))}
          values={filter.integration?.split(',') ?? []}
          onChange={(values) => onChange({ integration: values.join(',') || undefined })}
        />
        {texts.filter(isIn).map((name) => (
          <TextFilter
            key={name}
            label={words[name]}
            hint={name === 'tag' ? words.tagHint : words.exactly}
            value={filter[name]}
            isFirstOpen={!isSet(name)}
            check={name === 'tag' ? tagFault : undefined}
            isTokenLike={name === 'scope'}
            onChange={(value) => onChange({ [name]: value })}
          />
        ))}
        {ranges.filter(isIn).map((name) => (
          <DateRangeFilter
            key={name}
            label={words[name]}
            labels={
              name === 'last_read'
                ? { after: words.readAfter, before: words.readBefore }
                : { after: words.after, before: words.before }
            }
            range={{ after: filter[`${name}_after`], before: filter[`${name}_before`] }}
            isFirstOpen={!isSet(name)}
            onChange={({ after, before }) =>
              onChange({ [`${name}_after`]: after, [`${name}_before`]: before })
            }
          />
        ))}
        {left.length > 0 && <AddFilter left={left} onAdd={(extra) => setAdded([...added, extra])} />}
      </div>
    </FilterBar>
  );
}

function AddFilter({ left, onAdd }: { left: readonly Extra[]; onAdd: (extra: Extra) => void }) {
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconPlus size={14} />}>
          {words.add}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {left.map((extra) => (
          <Menu.Item key={extra} onClick={() => onAdd(extra)}>
            {words[extra]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const tagFault = (value: string): string | undefined =>
  /^[^:]{1,40}:.{1,200}$/.test(value) ? undefined : words.tagFault;
