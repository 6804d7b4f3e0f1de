import { Button, Modal } from '@mantine/core';
import { IconAlertOctagon, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { ChoiceFilter, FilterBar } from '../../ui/filters.js';
import { namedConnections } from '../../ui/kill-switch-link.js';
import { count } from '../../ui/number.js';
import { Card, Section } from '../../ui/page.js';
import { Empty } from '../../ui/states.js';
import { takeForId } from '../../ui/token-like.js';
import { isOwn, type OwnToken, type TokenResult } from './leaked-token.query.js';
import { lineOf, resultColumns } from './leaked-token.columns.js';
import { RevokeOne } from './revoke-one.js';
import { TokenDetails } from './token-details.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken;
const pageSize = 50;
type Show = keyof typeof words.filters;

const shows: Record<Show, (result: TokenResult) => boolean> = {
  ours: ({ found }) => found,
  alive: ({ alive }) => alive === true,
  dead: ({ alive }) => alive === false,
  others: ({ found }) => !found,
};

/** Of one value all there is to say; of many a table, the living ones chosen. */
export function Results({ results, id }: { results: readonly TokenResult[]; id: string | undefined }) {
  const [only] = results;
  if (results.length === 1 && only) {
    if (!isOwn(only)) return <NotOurs id={id} />;
    return (
      <Section title={words.whose}>
        <Card>
          <div className={classes.details}>
            <TokenDetails token={only} />
            <div>
              <RevokeOne token={only} />
            </div>
          </div>
        </Card>
      </Section>
    );
  }
  return <ManyResults results={results} />;
}

/** It may be what an end user is called by: as such it is searched for, by whoever says so. */
function NotOurs({ id }: { id: string | undefined }) {
  const navigate = useNavigate();
  if (id === undefined) return <Empty title={words.notOurs} />;
  const search = (): void => {
    takeForId(id);
    void navigate({ to: '/connections', search: { q: id } });
  };
  return (
    <Empty
      title={words.notOurs}
      action={
        <Allowed to="connections:read">
          <Button variant="default" leftSection={<IconSearch size={16} aria-hidden />} onClick={search}>
            {words.asId}
          </Button>
        </Allowed>
      }
    >
      {words.asIdWhat}
    </Empty>
  );
}

function ManyResults({ results }: { results: readonly TokenResult[] }) {
  const [show, setShow] = useState<Show>();
  const [offset, setOffset] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(results.filter(shows.alive).map(keyOf)),
  );
  const [open, setOpen] = useState<OwnToken>();
  const columns = useMemo(() => resultColumns((result) => isOwn(result) && setOpen(result)), []);
  const shown = show ? results.filter(shows[show]) : results;
  const at = Number(offset ?? 0);
  const page = {
    data: shown.slice(at, at + pageSize),
    next_cursor: at + pageSize < shown.length ? String(at + pageSize) : null,
  };
  const filter = (next: Show | undefined): void => {
    setShow(next);
    setOffset(undefined);
  };
  return (
    <Section title={words.results}>
      <FilterBar
        isFiltered={show !== undefined}
        onClear={() => filter(undefined)}
        count={t.count.results(count(shown.length))}
      >
        <ChoiceFilter
          label={words.show}
          options={(Object.keys(shows) as Show[]).map((value) => ({ value, label: words.filters[value] }))}
          value={show}
          onChange={(next) => filter(next as Show | undefined)}
        />
        <RevokeChosen tokens={results.filter((result) => chosen.has(keyOf(result))).filter(isOwn)} />
      </FilterBar>
      <DataTable
        label={words.resultsTable}
        columns={columns}
        query={{ data: page, error: null, isFetching: false, refetch: () => undefined }}
        idOf={keyOf}
        nameOf={(result) => words.line(lineOf(result))}
        onOpen={(result) => isOwn(result) && setOpen(result)}
        selection={{ ids: chosen, onChange: setChosen }}
        empty={<Empty title={words.empty} />}
        isFiltered={show !== undefined}
        onClearFilters={() => filter(undefined)}
        cursor={offset}
        onCursor={setOffset}
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        size={640}
        title={open && words.details(lineOf(open))}
        closeButtonProps={{ 'aria-label': t.actions.close }}
      >
        {open && <TokenDetails token={open} />}
      </Modal>
    </Section>
  );
}

const keyOf = ({ index }: TokenResult): string => String(index);

/** One connection is asked about here; several go to the kill switch, which counts and asks there. */
function RevokeChosen({ tokens }: { tokens: readonly OwnToken[] }) {
  const navigate = useNavigate();
  const ids = [...new Set(tokens.map(({ connection }) => connection))];
  const [first] = tokens;
  if (!first) return null;
  if (ids.length === 1) return <RevokeOne token={first} />;
  const { search, state } = namedConnections(ids);
  return (
    <Allowed to="connections:revoke">
      <Button
        color="red"
        leftSection={<IconAlertOctagon size={16} aria-hidden />}
        onClick={() =>
          void navigate({
            to: '/kill-switch/new',
            search: { kind: 'revoke', step: 'preview', ...search },
            state,
          })
        }
      >
        {words.revokeMany(count(ids.length))}
      </Button>
    </Allowed>
  );
}
