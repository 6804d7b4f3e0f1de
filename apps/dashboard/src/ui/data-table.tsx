import { Button, Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconFilterOff } from '@tabler/icons-react';
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { t } from '../messages/index.js';
import { ColumnPicker } from './column-picker.js';
import { before, onward, type Trail } from './page-trail.js';
import { useRowKeys } from './row-keys.js';
import { Failure, Loading, Notice } from './states.js';
import { Header, PhoneHead, SelectPage, type HeadColumn, type PageSelection } from './table-head.js';
import { useHiddenColumns, usePreference } from './preference.js';
import classes from './data-table.module.css';

const features = tableFeatures({ columnVisibilityFeature });

export interface Column<Row extends object> extends HeadColumn {
  cell: (row: Row) => ReactNode;
}

/** Of a list endpoint: rows, and the cursors to go on or back with. */
export interface TablePage<Row extends object> {
  data: readonly Row[];
  next_cursor: string | null;
  previous_cursor?: string | null;
}

export interface TableQuery<Row extends object> {
  data: TablePage<Row> | undefined;
  error: Error | null;
  isFetching: boolean;
  isPlaceholderData?: boolean;
  refetch: () => unknown;
}

export interface Selection {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
}

interface DataTableProps<Row extends object> {
  /** What is listed, for screen readers and for kept preferences; e.g. `Connections`. */
  label: string;
  columns: readonly Column<Row>[];
  query: TableQuery<Row>;
  idOf: (row: Row) => string;
  /** The name a person would call the row by. */
  nameOf: (row: Row) => string;
  /** Where Enter leads. The name in the first column should be a link there too. */
  onOpen?: (row: Row) => void;
  selection?: Selection;
  /** What a first use sees. */
  empty: ReactNode;
  /** Filters are set: an empty page then says that nothing matches. */
  isFiltered?: boolean;
  onClearFilters?: () => void;
  /** `column` or `-column`, as the server's `sort` takes it. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** The cursor in the URL; undefined on the first page. */
  cursor?: string;
  onCursor?: (cursor: string | undefined) => void;
}

/** A page of a list that the server filters, sorts and cuts. j k move, x selects, Enter opens, [ ] page. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, query, idOf, nameOf, selection } = props;
  const rows = query.data?.data ?? noRows;
  const [hidden, setHidden] = useHiddenColumns(label);
  const [density] = usePreference('density');
  const columns = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      props.columns.map((column) =>
        helper.display({
          id: column.id,
          header: column.header,
          cell: ({ row }) => column.cell(row.original),
        }),
      ),
    );
  }, [props.columns]);
  const columnVisibility = useMemo(() => Object.fromEntries(hidden.map((id) => [id, false])), [hidden]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: idOf,
    state: { columnVisibility },
  });
  const body = useRef<HTMLTableSectionElement>(null);
  // The breakpoint of the style sheet: there, the header is only read out.
  const isPhone = useMediaQuery('(max-width: 640px)', undefined, { getInitialValueInEffect: false });
  const pager = usePager(props);
  useRowKeys(body, {
    onOpen: (at) => rows[at] && props.onOpen?.(rows[at]),
    onSelect: (at) => rows[at] && selection && selection.onChange(toggled(selection.ids, idOf(rows[at]))),
    onPage: (step) => (step < 0 ? pager.previous?.() : pager.next?.()),
  });

  if (!query.data) {
    return query.error ? (
      <Failure error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <div className={classes.frame}>
        <Loading rows={10} />
      </div>
    );
  }
  const of = new Map(props.columns.map((column) => [column.id, column]));
  const pageSelection = selection && selectionOf(selection, rows.map(idOf));
  return (
    <div
      className={classes.frame}
      data-row-keys
      data-dimmed={query.isPlaceholderData || undefined}
      data-density={density}
    >
      {query.error && (
        <div className={classes.stale}>
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {isPhone && (
        <PhoneHead
          columns={props.columns}
          sort={props.sort}
          onSort={props.onSort}
          selection={rows.length > 0 ? pageSelection : undefined}
        />
      )}
      <div className={classes.scroller} role="region" aria-label={label} tabIndex={0}>
        <table className={classes.table} role="table" aria-label={label} aria-busy={query.isFetching}>
          <thead role="rowgroup">
            <tr role="row">
              {pageSelection && (
                <th role="columnheader" className={classes.check}>
                  {isPhone ? t.table.selected : <SelectPage {...pageSelection} isLabelled={false} />}
                </th>
              )}
              {table.getHeaderGroups()[0]?.headers.map(({ id }) => (
                <Header
                  key={id}
                  column={of.get(id)!}
                  sort={props.sort}
                  onSort={isPhone ? undefined : props.onSort}
                />
              ))}
            </tr>
          </thead>
          <tbody ref={body} role="rowgroup">
            {table.getRowModel().rows.map((row) => (
              <tr
                key={row.id}
                role="row"
                data-selected={selection?.ids.has(row.id) || undefined}
                tabIndex={-1}
              >
                {selection && (
                  <td role="cell" className={classes.check}>
                    <Checkbox
                      size="xs"
                      aria-label={t.table.select(nameOf(row.original))}
                      checked={selection.ids.has(row.id)}
                      onChange={() => selection.onChange(toggled(selection.ids, row.id))}
                    />
                  </td>
                )}
                {row.getVisibleCells().map((cell, nth) => {
                  const column = of.get(cell.column.id)!;
                  return (
                    <td
                      key={cell.id}
                      role="cell"
                      data-priority={column.priority ?? 1}
                      data-align={column.align}
                      data-name={nth === 0 || undefined}
                    >
                      {column.cell(row.original)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && (props.isFiltered ? <NoMatch onClear={props.onClearFilters} /> : props.empty)}
      </div>
      <div className={classes.foot}>
        <ColumnPicker columns={props.columns} hidden={hidden} onChange={setHidden} />
        {pager.isPaged && (
          <div className={classes.pager}>
            <Button
              variant="default"
              leftSection={<IconChevronLeft size={14} />}
              disabled={!pager.previous}
              onClick={pager.previous}
            >
              {t.actions.previous}
            </Button>
            <Button
              variant="default"
              rightSection={<IconChevronRight size={14} />}
              disabled={!pager.next}
              onClick={pager.next}
            >
              {t.actions.next}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

const noRows: readonly never[] = [];

function NoMatch({ onClear }: { onClear: (() => void) | undefined }) {
  const clear = onClear && (
    <Button variant="default" onClick={onClear}>
      {t.actions.clearAll}
    </Button>
  );
  return (
    <Notice icon={IconFilterOff} title={t.table.noMatch} action={clear}>
      {t.table.noMatchDetail}
    </Notice>
  );
}

/**
 * Where the server gives no cursor back, the ones that were come from here; a reload then starts at the first page.
 * Of a page that is still awaited, the cursors are not known.
 */
function usePager<Row extends object>({ query, cursor, onCursor }: DataTableProps<Row>) {
  const [trail, setTrail] = useState<Trail>([]);
  const { next_cursor: next, previous_cursor: previous } = query.data ?? {};
  if (!onCursor) return { isPaged: false };
  const passed = before(trail, cursor);
  const isAwaited = query.isPlaceholderData === true;
  const goOn = (to: string) => (): void => {
    setTrail(onward(trail, cursor, to));
    onCursor(to);
  };
  const goBack = (): void => onCursor(passed.length > 0 ? passed.at(-1) : (previous ?? undefined));
  return {
    isPaged: Boolean(next) || cursor !== undefined,
    next: next && !isAwaited ? goOn(next) : undefined,
    previous: cursor && (passed.length > 0 || !isAwaited) ? goBack : undefined,
  };
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

function selectionOf({ ids, onChange }: Selection, page: readonly string[]): PageSelection {
  const isAll = page.length > 0 && page.every((id) => ids.has(id));
  return {
    isAll,
    isSome: page.some((id) => ids.has(id)),
    onToggle() {
      const others = [...ids].filter((id) => !page.includes(id));
      onChange(new Set(isAll ? others : [...others, ...page]));
    },
  };
}

/** For lists that are not paged and have their rows at hand. */
export function asPage<Row extends object>(query: {
  data: readonly Row[] | undefined;
  error: Error | null;
  isFetching: boolean;
  refetch: () => unknown;
}): TableQuery<Row> {
  return { ...query, data: query.data && { data: query.data, next_cursor: null } };
}
