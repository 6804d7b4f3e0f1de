import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { duration } from '../../ui/number.js';
import { hourOf } from './clock.js';
import { ChartTip } from './chart-tip.js';
import classes from './chart.module.css';

export interface LinesRow {
  at: number;
  /** Null where nobody looked: the line has a gap. */
  values: Readonly<Record<string, number | null>>;
}

export interface LinesSeries {
  name: string;
  color: string;
  dash: string;
}

export interface LinesProps {
  summary: string;
  rows: readonly LinesRow[];
  series: readonly LinesSeries[];
  from: number;
  to: number;
  ticks: readonly number[];
  /** Horizontal lines that should not be crossed. */
  objectives: readonly { value: number; label: string }[];
}

const text = { fontSize: 12, fill: 'currentColor' };
/** Words over lines stay legible. */
const halo = { stroke: 'var(--eg-surface)', strokeWidth: 4, paintOrder: 'stroke' };

/** Lines over time, in seconds from zero, with their objectives always in view. */
export function LinesChart({ summary, rows, series, from, to, ticks, objectives }: LinesProps) {
  const highest = Math.max(...objectives.map(({ value }) => value));
  return (
    <div className={classes.chart} role="img" aria-label={summary}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 360, height: 190 }}>
        <LineChart
          data={[...rows]}
          margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--eg-line)" />
          <XAxis
            dataKey="at"
            type="number"
            domain={[from, to]}
            ticks={[...ticks]}
            tickFormatter={(at: number) => hourOf(at)}
            tick={text}
            tickLine={false}
            stroke="var(--eg-off-mark)"
            height={24}
          />
          <YAxis
            width={40}
            tick={text}
            tickLine={false}
            axisLine={false}
            tickCount={4}
            tickFormatter={(seconds: number) => (seconds === 0 ? '0' : duration(seconds))}
            domain={[0, (most: number) => Math.max(most, highest * 1.25)]}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--eg-off-mark)' }}
            content={({ active, payload }) =>
              active && payload?.[0] ? <LineTip row={payload[0].payload as LinesRow} series={series} /> : null
            }
          />
          {objectives.map(({ value, label }) => (
            <ReferenceLine
              key={label}
              y={value}
              stroke="var(--eg-act-mark)"
              strokeDasharray="2 4"
              label={{ value: label, position: 'insideBottomLeft', ...text, ...halo }}
            />
          ))}
          {series.map(({ name, color, dash }) => (
            <Line
              key={name}
              name={name}
              dataKey={(row: LinesRow) => row.values[name]}
              stroke={color}
              strokeWidth={2}
              strokeDasharray={dash}
              dot={false}
              activeDot={{ r: 3 }}
              type="linear"
              connectNulls={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}

function LineTip({ row, series }: { row: LinesRow; series: readonly LinesSeries[] }) {
  const values = series.flatMap(({ name, color }) => {
    const value = row.values[name];
    return value === null || value === undefined ? [] : [{ name, color, value: duration(value) }];
  });
  return <ChartTip title={hourOf(row.at)} values={values} />;
}
