import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { shortId } from '../../ui/identifier.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Section } from '../../ui/page.js';
import { Empty } from '../../ui/states.js';
import { ItemBadge } from './job-state.js';
import { itemsQuery, type ItemState, type Revocation, type RevocationItem } from './kill-switch.query.js';
import type { RevocationSearch } from './kill-switch.search.js';
import classes from './kill-switch.module.css';

const words = t.revocation;
const states = Object.keys(words.itemStates) as ItemState[];

/** What came of it at each provider, slot by slot; the state is a filter in the URL. */
export function RevocationItems({ job }: { job: Revocation }) {
  const search: RevocationSearch = useSearch({ from: '/app/kill-switch/$id' });
  const navigate = useNavigate({ from: '/kill-switch/$id' });
  const state = states.find((each) => each === search.state);
  const isGoingOn = job.state === 'running' || job.state === 'pending';
  const query = useQuery({
    ...itemsQuery(job.id, state, search.cursor),
    placeholderData: keepPreviousData,
    refetchInterval: isGoingOn ? 3_000 : false,
  });
  const show = (next: ItemState | undefined): void => void navigate({ search: { state: next } });
  return (
    <Section title={words.items} aside={<span className={classes.quiet}>{words.itemsHint}</span>}>
      <div className={classes.choices} role="group" aria-label={words.filterLabel}>
        <Choice isOn={state === undefined} onClick={() => show(undefined)}>
          {`${words.all} ${count(Object.values(job.items).reduce((sum, each) => sum + each, 0))}`}
        </Choice>
        {states.map((each) => (
          <Choice key={each} isOn={state === each} onClick={() => show(each)}>
            {`${words.itemStates[each]} ${count(job.items[each])}`}
          </Choice>
        ))}
      </div>
      <DataTable
        label={words.itemsTable}
        columns={itemColumns}
        query={query}
        idOf={({ id }) => id}
        nameOf={({ connection }) => connection}
        onOpen={({ connection }) => void navigate({ to: '/connections/$id', params: { id: connection } })}
        empty={<Empty title={words.noItems}>{words.noItemsWhat}</Empty>}
        isFiltered={state !== undefined}
        onClearFilters={() => show(undefined)}
        cursor={search.cursor}
        onCursor={(cursor) => void navigate({ search: { state, cursor } })}
      />
    </Section>
  );
}

function Choice({ isOn, onClick, children }: { isOn: boolean; onClick: () => void; children: string }) {
  return (
    <Button variant={isOn ? 'light' : 'default'} aria-pressed={isOn} onClick={onClick}>
      {children}
    </Button>
  );
}

/** Our words, then the provider's own: code and status. */
function whyOf({ state, verification, last_error: error, http_status: status }: RevocationItem): string {
  const { state: check, by, reason } = verification;
  const checked =
    check && [words.verification[check], by && words.means[by], reason].filter(Boolean).join(' ');
  const said = [error, status && words.http(status)].filter(Boolean).join(', ');
  return [words.itemWhat[state], checked, said].filter(Boolean).join(' · ');
}

const itemColumns: readonly Column<RevocationItem>[] = [
  {
    id: 'connection',
    header: words.itemColumns.connection,
    cell: ({ connection }) => (
      <Link to="/connections/$id" params={{ id: connection }}>
        <code title={connection}>{shortId(connection)}</code>
      </Link>
    ),
  },
  {
    id: 'state',
    header: words.itemColumns.state,
    cell: ({ state }) => <ItemBadge state={state} />,
  },
  {
    id: 'why',
    header: words.itemColumns.why,
    cell: (item) => <span title={whyOf(item)}>{whyOf(item)}</span>,
    priority: 2,
  },
  { id: 'slot', header: words.itemColumns.slot, cell: ({ slot }) => slot, priority: 3 },
  {
    id: 'generation',
    header: words.itemColumns.generation,
    cell: ({ generation }) => count(generation),
    ...{ priority: 3, align: 'end' },
  },
  {
    id: 'attempts',
    header: words.itemColumns.attempts,
    cell: ({ attempts }) => count(attempts),
    ...{ priority: 3, align: 'end' },
  },
  {
    id: 'next',
    header: words.itemColumns.next,
    cell: ({ next_attempt_at: at }) => <Moment at={at} never={t.time.none} />,
    priority: 3,
  },
];
