import type { ReactNode } from 'react';
import classes from './small-table.module.css';

export interface SmallColumn<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
  align?: 'end';
}

/** A chart's numbers, all of them at once; the first column names the row. */
export function SmallTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  caption: string;
  columns: readonly SmallColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <table className={classes.table}>
      <caption className={classes.hidden}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ header, align }) => (
            <th key={header} scope="col" data-align={align}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ header, cell, align }, at) =>
              at === 0 ? (
                <th key={header} scope="row" data-align={align}>
                  {cell(row)}
                </th>
              ) : (
                <td key={header} data-align={align}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
