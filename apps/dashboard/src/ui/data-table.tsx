import { ActionIcon, Button, Checkbox, Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronLeft,
  IconChevronRight,
  IconColumns,
  IconFilterOff,
} from '@tabler/icons-react';
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { t } from '../messages/index.js';
import { useRowKeys } from './row-keys.js';
import { Failure, Loading, Notice } from './states.js';
import { usePreference } from './preference.js';
import classes from './data-table.module.css';

const features = tableFeatures({ columnVisibilityFeature });

export interface Column<Row extends object> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The server's name of this order, where it has one. */
  sort?: string;
  /** 1 always; 2 not below 992 px; 3 not below 1200 px. On phones 1 is the first line and 2 the second. */
  priority?: 1 | 2 | 3;
  align?: 'end';
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
  const [hidden, setHidden] = usePreference<string[]>(`columns.${label}`, []);
  const [density] = usePreference<'compact' | 'comfortable'>('density', 'comfortable');
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
  const isAllSelected = rows.length > 0 && rows.every((row) => selection?.ids.has(idOf(row)));
  return (
    <div className={classes.frame} data-dimmed={query.isPlaceholderData || undefined} data-density={density}>
      {query.error && (
        <div className={classes.stale}>
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      <div className={classes.scroller} role="region" aria-label={label} tabIndex={0}>
        <table className={classes.table} role="table" aria-label={label} aria-busy={query.isFetching}>
          <thead role="rowgroup">
            <tr role="row">
              {selection && (
                <th role="columnheader" className={classes.check}>
                  <Checkbox
                    size="xs"
                    aria-label={t.table.selectPage}
                    checked={isAllSelected}
                    indeterminate={!isAllSelected && rows.some((row) => selection.ids.has(idOf(row)))}
                    onChange={() =>
                      selection.onChange(pageToggled(selection.ids, rows.map(idOf), isAllSelected))
                    }
                  />
                </th>
              )}
              {table.getHeaderGroups()[0]?.headers.map(({ id }) => (
                <Header key={id} column={of.get(id)!} sort={props.sort} onSort={props.onSort} />
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
        {(pager.previous || pager.next) && (
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

interface HeaderProps<Row extends object> {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

function Header<Row extends object>({ column, sort, onSort }: HeaderProps<Row>) {
  const isSorted = column.sort !== undefined && sort?.replace(/^-/, '') === column.sort;
  const isDown = isSorted && sort.startsWith('-');
  const shared = { 'data-priority': column.priority ?? 1, 'data-align': column.align };
  if (!column.sort || !onSort) {
    return (
      <th role="columnheader" scope="col" {...shared}>
        {column.header}
      </th>
    );
  }
  const Arrow = isDown ? IconArrowDown : IconArrowUp;
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : 'none'}
      {...shared}
    >
      <button
        type="button"
        className={classes.sort}
        onClick={() => onSort(isDown ? column.sort! : `-${column.sort}`)}
      >
        {column.header}
        {isSorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

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

interface ColumnPickerProps<Row extends object> {
  columns: readonly Column<Row>[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
}

function ColumnPicker<Row extends object>({ columns, hidden, onChange }: ColumnPickerProps<Row>) {
  if (columns.length < 3) return <span />;
  return (
    <Menu closeOnItemClick={false} position="top-start">
      <Menu.Target>
        <ActionIcon aria-label={t.actions.columns}>
          <IconColumns size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map(({ id, header }) => (
          <Menu.CheckboxItem
            key={id}
            checked={!hidden.includes(id)}
            onChange={() =>
              onChange(hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id])
            }
          >
            {header}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Where the server gives no cursor back, the ones that were come from here; a reload then starts at the first page. */
function usePager<Row extends object>({ query, cursor, onCursor }: DataTableProps<Row>) {
  const [before, setBefore] = useState<readonly (string | undefined)[]>([]);
  const { next_cursor: next = null, previous_cursor: previous } = query.data ?? {};
  if (!onCursor) return {};
  const back = previous ?? undefined;
  return {
    next: next
      ? () => {
          setBefore([...before, cursor]);
          onCursor(next);
        }
      : undefined,
    previous: cursor
      ? () => {
          setBefore(before.slice(0, -1));
          onCursor(before.length > 0 ? before.at(-1) : back);
        }
      : undefined,
  };
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

function pageToggled(ids: ReadonlySet<string>, page: string[], isAllSelected: boolean): ReadonlySet<string> {
  const next = new Set(ids);
  for (const id of page) {
    if (isAllSelected) next.delete(id);
    else next.add(id);
  }
  return next;
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
