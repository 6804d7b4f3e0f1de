import {
  Bar,
  BarChart,
  CartesianGrid,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { shortCount } from '../../ui/number.js';
import { ChartTip } from './chart-tip.js';
import classes from './chart.module.css';

export interface ColumnsSeries {
  /** Of its values. */
  id: string;
  name: string;
  color: string;
}

export interface ColumnsRow {
  /** Unique: the place on the axis. */
  at: string;
  /** Under the axis, where it is one of `ticks`. */
  tick: string;
  /** Over the values of a column that is pointed at. */
  title: string;
  values: Readonly<Record<string, number>>;
}

export interface ColumnsProps {
  /** What the chart says: its name for who cannot see it. */
  summary: string;
  rows: readonly ColumnsRow[];
  series: readonly ColumnsSeries[];
  /** Rows whose tick is written. */
  ticks: readonly string[];
  onOpen: (row: ColumnsRow) => void;
  /** A line before the row that is there. */
  lineBefore?: string;
}

const text = { fontSize: 12, fill: 'currentColor' };

/** Stacked columns from zero; the highest carries its number. */
export function ColumnsChart({ summary, rows, series, ticks, onOpen, lineBefore }: ColumnsProps) {
  const totals = rows.map((row) => series.reduce((sum, { id }) => sum + (row.values[id] ?? 0), 0));
  const peak = totals.indexOf(Math.max(...totals));
  const ticked = new Map(rows.map(({ at, tick }) => [at, tick]));
  return (
    <div className={classes.chart} role="img" aria-label={summary}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 360, height: 190 }}>
        <BarChart
          data={[...rows]}
          margin={{ top: 18, right: 4, bottom: 0, left: 0 }}
          barCategoryGap={rows.length > 40 ? 1 : '15%'}
          accessibilityLayer={false}
          className={classes.clickable}
          onClick={({ activeTooltipIndex }) => {
            // The whole column, not its few pixels.
            const row = rows[Number(activeTooltipIndex ?? -1)];
            if (row) onOpen(row);
          }}
        >
          <CartesianGrid vertical={false} stroke="var(--eg-line)" />
          <XAxis
            dataKey="at"
            ticks={[...ticks]}
            interval="preserveStart"
            tickFormatter={(at: string) => ticked.get(at) ?? ''}
            tick={text}
            tickLine={false}
            stroke="var(--eg-off-mark)"
            height={24}
          />
          <YAxis
            width={40}
            tick={text}
            tickCount={4}
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
            tickFormatter={shortCount}
            domain={[0, 'auto']}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--eg-hover)' }}
            content={({ active, payload }) =>
              active && payload?.[0] ? (
                <ColumnTip row={payload[0].payload as ColumnsRow} series={series} />
              ) : null
            }
          />
          {series.map(({ id, name, color }) => (
            <Bar
              key={id}
              name={name}
              dataKey={(row: ColumnsRow) => row.values[id] ?? 0}
              stackId="all"
              fill={color}
              stroke="var(--eg-surface)"
              strokeWidth={series.length > 1 ? 1 : 0}
              isAnimationActive={false}
            />
          ))}
          {lineBefore !== undefined && (
            <ReferenceLine x={lineBefore} position="start" stroke="var(--mantine-color-text)" />
          )}
          {rows[peak] && (
            <ReferenceDot
              x={rows[peak].at}
              y={totals[peak]}
              r={0}
              label={{ value: shortCount(totals[peak] ?? 0), position: 'top', ...text, fontWeight: 600 }}
            />
          )}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

function ColumnTip({ row, series }: { row: ColumnsRow; series: readonly ColumnsSeries[] }) {
  const values = series
    .map(({ id, name, color }) => ({ name, color, value: row.values[id] ?? 0 }))
    .filter(({ value }) => value > 0 || series.length === 1)
    .map(({ value, ...each }) => ({ ...each, value: shortCount(value) }));
  return <ChartTip title={row.title} values={values} />;
}
