import { useQuery } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { duration } from '../../ui/number.js';
import { LinesChart, seriesColor } from './charts.js';
import { hourOf, zone } from './clock.js';
import { Legend } from './legend.js';
import type { LinesRow } from './lines.chart.js';
import { lagQuery, type Lag } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { lagNames, lagSummary } from './summaries.js';

const words = t.overview.lag;
const hourMs = 3_600_000;
const shownMs = 6 * hourMs;
/** Looked at each minute: after a longer silence the line has a gap. */
const silenceMs = 150_000;
const dashes = { renewal_ms: '0', outbox_ms: '6 3', revocation_ms: '2 3' };

const series = lagNames.map((name, at) => ({
  name: words.lines[name],
  color: seriesColor(at),
  dash: dashes[name],
}));

function rowsOf({ samples }: Lag): LinesRow[] {
  const rows: LinesRow[] = [];
  for (const sample of samples) {
    const at = Date.parse(sample.at);
    const before = rows.at(-1)?.at ?? at;
    if (at - before > silenceMs) rows.push({ at: before + 60_000, values: {} });
    rows.push({
      at,
      values: Object.fromEntries(lagNames.map((name) => [words.lines[name], sample[name] / 1_000])),
    });
  }
  return rows;
}

export function LagPart() {
  return (
    <Part
      question={words.question}
      query={useQuery(lagQuery)}
      summary={lagSummary}
      caption={words.caption(zone)}
      nothing={({ samples }) => samples.length === 0 && <NothingToPlot title={words.empty} />}
      legend={({ samples }) => (
        <Legend
          label={t.overview.part.key}
          items={lagNames.map((name, at) => ({
            name: words.lines[name],
            value: duration((samples.at(-1)?.[name] ?? 0) / 1_000),
            color: seriesColor(at),
            dash: dashes[name],
          }))}
        />
      )}
      chart={(lag, summary) => <LagChart lag={lag} summary={summary} />}
      table={({ samples }) => (
        <SmallTable
          caption={words.question}
          rows={samples.toReversed()}
          keyOf={({ at }) => at}
          columns={[
            { header: words.at, cell: ({ at }) => hourOf(at) },
            ...lagNames.map((name) => ({
              header: words.lines[name],
              align: 'end' as const,
              cell: (sample: Lag['samples'][number]) => duration(sample[name] / 1_000),
            })),
          ]}
        />
      )}
    />
  );
}

function LagChart({ lag, summary }: { lag: Lag; summary: string }) {
  const to = Date.now();
  const from = to - shownMs;
  const firstHour = Math.ceil(from / hourMs) * hourMs;
  const { renewal_ms: renewal, outbox_ms: outbox } = lag.objective;
  return (
    <LinesChart
      summary={summary}
      rows={rowsOf(lag)}
      series={series}
      from={from}
      to={to}
      ticks={Array.from({ length: 6 }, (_, nth) => firstHour + nth * hourMs)}
      objectives={[
        { value: renewal / 1_000, label: words.objective(duration(renewal / 1_000)) },
        { value: outbox / 1_000, label: words.eventsObjective(duration(outbox / 1_000)) },
      ]}
    />
  );
}
