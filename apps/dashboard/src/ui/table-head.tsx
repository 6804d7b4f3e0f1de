import { Button, Checkbox, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { t } from '../messages/index.js';
import classes from './data-table.module.css';

export interface HeadColumn {
  id: string;
  header: string;
  /** The server's name of this order, where it has one. */
  sort?: string;
  /** 1 always; 2 not below 992 px; 3 not below 1200 px. On phones 1 is the first line and 2 the second. */
  priority?: 1 | 2 | 3;
  align?: 'end';
}

interface Sorting {
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

/** Of a column; one that sorts is a button. */
export function Header({ column, sort, onSort }: Sorting & { column: HeadColumn }) {
  const isSorted = column.sort !== undefined && sort?.replace(/^-/, '') === column.sort;
  const isDown = isSorted && sort.startsWith('-');
  const Arrow = isDown ? IconArrowDown : IconArrowUp;
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : undefined}
      data-priority={column.priority ?? 1}
      data-align={column.align}
    >
      {column.sort && onSort ? (
        <button
          type="button"
          className={classes.sort}
          onClick={() => onSort(isDown ? column.sort! : `-${column.sort}`)}
        >
          {column.header}
          {isSorted && <Arrow size={12} aria-hidden />}
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

export interface PageSelection {
  isAll: boolean;
  isSome: boolean;
  onToggle: () => void;
}

/** All rows of the page at once. */
export function SelectPage({ isAll, isSome, onToggle, isLabelled }: PageSelection & { isLabelled: boolean }) {
  return (
    <Checkbox
      size="xs"
      label={isLabelled ? t.table.selectPage : undefined}
      aria-label={isLabelled ? undefined : t.table.selectPage}
      checked={isAll}
      indeterminate={isSome && !isAll}
      onChange={onToggle}
    />
  );
}

interface PhoneHeadProps extends Sorting {
  columns: readonly HeadColumn[];
  selection: PageSelection | undefined;
}

/** What the header does, for where there is none to be seen. */
export function PhoneHead({ columns, sort, onSort, selection }: PhoneHeadProps) {
  const sortable = columns.filter((column) => column.sort !== undefined);
  const hasSort = onSort !== undefined && sortable.length > 0;
  if (!hasSort && !selection) return null;
  const sorted = sortable.find((column) => column.sort === sort?.replace(/^-/, ''));
  return (
    <div className={classes.phoneHead}>
      {selection && <SelectPage {...selection} isLabelled />}
      {hasSort && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="subtle"
              color="gray"
              aria-label={sorted && t.table.sortedBy(sorted.header)}
              leftSection={<IconArrowsSort size={14} />}
            >
              {sorted?.header ?? t.table.sort}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {sortable.flatMap((column) => [
              <Order key={`-${column.id}`} {...{ column, sort, onSort }} isDown />,
              <Order key={column.id} {...{ column, sort, onSort }} isDown={false} />,
            ])}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

interface OrderProps {
  column: HeadColumn;
  isDown: boolean;
  sort: string | undefined;
  onSort: (sort: string) => void;
}

function Order({ column, isDown, sort, onSort }: OrderProps) {
  const order = `${isDown ? '-' : ''}${column.sort}`;
  const Arrow = isDown ? IconArrowDown : IconArrowUp;
  return (
    <Menu.RadioItem
      value={order}
      checked={order === sort}
      closeMenuOnClick
      rightSection={<Arrow size={14} aria-label={isDown ? t.table.descending : t.table.ascending} />}
      onChange={() => onSort(order)}
    >
      {column.header}
    </Menu.RadioItem>
  );
}
