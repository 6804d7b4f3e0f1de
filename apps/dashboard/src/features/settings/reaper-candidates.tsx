import { Anchor, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { ChoiceFilter, FilterBar } from '../../ui/filters.js';
import { Moment } from '../../ui/moment.js';
import { ProviderName } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Empty } from '../../ui/states.js';
import { rules } from './reaper-values.js';
import { candidatesQuery, type ReaperCandidate, type Rule } from './settings.query.js';
import type { SettingsSearch } from './settings.search.js';
import classes from './settings.module.css';

const words = t.settings.reaper;
const options = rules.map((value) => ({ value, label: words.rules[value] }));

const columns: readonly Column<ReaperCandidate>[] = [
  {
    id: 'connection',
    header: words.columns.connection,
    cell: ({ connection: id, end_user: endUser }) => (
      <Anchor fz="sm" renderRoot={(props) => <Link {...props} to="/connections/$id" params={{ id }} />}>
        {endUser ?? id}
      </Anchor>
    ),
  },
  { id: 'state', header: words.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'reason', header: words.columns.reason, cell: ({ reason }) => reason, priority: 2 },
  { id: 'rule', header: words.columns.rule, cell: ({ rule }) => words.rules[rule], priority: 3 },
  {
    id: 'provider',
    header: words.columns.provider,
    cell: ({ provider }) => <ProviderName id={provider} />,
    priority: 3,
  },
  {
    id: 'lastRead',
    header: words.columns.lastRead,
    cell: ({ last_read_at: at }) => <Moment at={at} />,
    priority: 3,
  },
];

/** The dry run of the saved rules: those that are it the longest first. */
export function ReaperCandidates() {
  const search: SettingsSearch = useSearch({ from: '/app/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const { rule, cursor } = search;
  const query = useQuery({ ...candidatesQuery(rule, cursor), placeholderData: keepPreviousData });
  const go = (next: SettingsSearch): void =>
    void navigate({ search: { ...search, rule: undefined, cursor: undefined, ...next }, resetScroll: false });
  const counts = query.data?.counts;
  const total = counts && (rule ? counts[rule] : counts.dead + counts.unread + counts.erase);
  return (
    <Stack gap={8} className={classes.summary}>
      <h3>{words.candidates}</h3>
      <FilterBar
        isFiltered={rule !== undefined}
        onClear={() => go({})}
        count={total !== undefined && words.countOf(count(total))}
      >
        <ChoiceFilter
          label={words.rule}
          options={options}
          value={rule}
          onChange={(next) => go({ rule: next as Rule | undefined })}
        />
      </FilterBar>
      <DataTable
        label={words.candidates}
        columns={columns}
        query={query}
        idOf={({ connection }) => connection}
        nameOf={({ end_user: endUser, connection }) => endUser ?? connection}
        onOpen={({ connection: id }) => void navigate({ to: '/connections/$id', params: { id } })}
        empty={<Empty title={words.empty}>{words.emptyWhat}</Empty>}
        isFiltered={rule !== undefined}
        onClearFilters={() => go({})}
        cursor={cursor}
        onCursor={(next) => go({ rule, cursor: next })}
      />
    </Stack>
  );
}
