import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { ChoiceFilter, FilterBar, SearchField } from '../../ui/filters.js';
import { TimeRange } from '../../ui/time-range.js';
import { actionWords } from './action-words.js';
import { actionsQuery, peopleQuery } from './audit.query.js';
import type { AuditSearch } from './audit.search.js';

const words = t.audit;

interface AuditFiltersProps {
  search: AuditSearch;
  isFiltered: boolean;
  onChange: (change: Partial<AuditSearch>) => void;
  onClear: () => void;
  count?: ReactNode;
}

export function AuditFilters({ search, isFiltered, onChange, onClear, count }: AuditFiltersProps) {
  const { data: actions } = useQuery(actionsQuery);
  const { data: people } = useQuery(peopleQuery);
  const own = usePageState().session?.person.id;
  const actors = (people?.data ?? []).map(({ id, name }) => ({
    value: id,
    label: id === own ? words.you(name) : name,
  }));
  // A key or a service, come to by a link.
  const { actor } = search;
  if (actor !== undefined && !actors.some(({ value }) => value === actor))
    actors.push({ value: actor, label: actor.length > 24 ? `…${actor.slice(-8)}` : actor });
  return (
    <FilterBar isFiltered={isFiltered} onClear={onClear} count={count}>
      <SearchField
        label={words.subjectSearch}
        value={search.subject}
        onChange={(subject) => onChange({ subject })}
      />
      <ChoiceFilter
        label={words.filters.action}
        options={(actions?.data ?? []).map((value) => ({ value, label: actionWords(value) }))}
        value={search.action}
        onChange={(action) => onChange({ action })}
      />
      <ChoiceFilter
        label={words.filters.actor}
        options={actors}
        value={search.actor}
        onChange={(next) => onChange({ actor: next })}
      />
      <TimeRange
        label={words.filters.time}
        value={{ after: search.after, before: search.before }}
        onChange={({ after, before }) => onChange({ after, before })}
      />
    </FilterBar>
  );
}
