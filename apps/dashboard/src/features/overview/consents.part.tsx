import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { ColumnsChart, otherColor, seriesColor } from './charts.js';
import { dateOf } from './clock.js';
import { Legend, type LegendItem } from './legend.js';
import { consentsQuery, type Consents } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { consentsSummary } from './summaries.js';

const words = t.overview.consents;
const other = t.overview.part.other;

function valuesOf({ counts, other: rest }: Consents['days'][number]): Record<string, number> {
  return { ...counts, [other]: rest };
}

function seriesOf({ providers, days }: Consents) {
  const shown = providers.map((name, at) => ({ name, color: seriesColor(at) }));
  return days.some((day) => day.other > 0) ? [...shown, { name: other, color: otherColor }] : shown;
}

function legendOf(consents: Consents): LegendItem[] {
  return seriesOf(consents).map(({ name, color }) => {
    const of = consents.days.reduce((sum, day) => sum + (valuesOf(day)[name] ?? 0), 0);
    const link = name === other ? undefined : { to: '/connections' as const, search: { provider: name } };
    return { name, value: count(of, consents.estimate), color, link };
  });
}

export function ConsentsPart() {
  const navigate = useNavigate();
  return (
    <Part
      question={words.question}
      query={useQuery(consentsQuery)}
      summary={consentsSummary}
      caption={words.caption}
      nothing={({ total }) => total === 0 && <NothingToPlot isWell title={words.empty} />}
      legend={(consents) => <Legend label={t.overview.part.key} items={legendOf(consents)} />}
      chart={(consents, summary) => (
        <ColumnsChart
          summary={summary}
          series={seriesOf(consents)}
          rows={consents.days.map((day) => ({
            at: day.day,
            tick: dateOf(day.day),
            title: dateOf(day.day),
            values: valuesOf(day),
          }))}
          ticks={consents.days.filter((_, at) => at % 7 === 0).map(({ day }) => day)}
          onOpen={({ values }) => {
            const [provider] = consents.providers.toSorted((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
            void navigate({ to: '/connections', search: { provider } });
          }}
        />
      )}
      table={(consents) => (
        <SmallTable
          caption={words.question}
          rows={consents.days}
          keyOf={({ day }) => day}
          columns={[
            { header: words.day, cell: ({ day }) => dateOf(day) },
            ...seriesOf(consents).map(({ name }) => ({
              header: name,
              align: 'end' as const,
              cell: (day: Consents['days'][number]) => count(valuesOf(day)[name] ?? 0, consents.estimate),
            })),
          ]}
        />
      )}
    />
  );
}
