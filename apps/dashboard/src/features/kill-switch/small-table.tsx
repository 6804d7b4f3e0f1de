import type { ReactNode } from 'react';
import classes from './kill-switch.module.css';

interface SmallColumn<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
  align?: 'end';
}

interface SmallTableProps<Row> {
  label: string;
  columns: readonly SmallColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

/** A few rows that are all there: no pages, no order to choose. On phones each row is a block. */
export function SmallTable<Row>({ label, columns, rows, keyOf }: SmallTableProps<Row>) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ header, align }) => (
              <th key={header} role="columnheader" scope="col" data-align={align}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({ header, cell, align }) => (
                <td key={header} role="cell" data-align={align} data-label={header}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
