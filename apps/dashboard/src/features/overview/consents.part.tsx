import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { useNames, type Names } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { ColumnsChart, otherColor, seriesColor } from './charts.js';
import { dateOf } from './clock.js';
import { Legend, type LegendItem } from './legend.js';
import { consentsEndingOn, living } from './living.js';
import { consentsQuery, type Consents } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { consentsSummary } from './summaries.js';

const words = t.overview.consents;
const other = t.overview.part.other;

function valuesOf({ counts, other: rest }: Consents['days'][number]): Record<string, number> {
  return { ...counts, [other]: rest };
}

function seriesOf({ providers, days }: Consents, names: Names) {
  const shown = providers.map((id, at) => ({ id, name: names.provider(id), color: seriesColor(at) }));
  const rest = { id: other, name: other, color: otherColor };
  return days.some((day) => day.other > 0) ? [...shown, rest] : shown;
}

function legendOf(consents: Consents, names: Names): LegendItem[] {
  return seriesOf(consents, names).map(({ id, name, color }) => {
    const of = consents.days.reduce((sum, day) => sum + (valuesOf(day)[id] ?? 0), 0);
    const link =
      id === other
        ? undefined
        : { to: '/connections' as const, search: { provider: id, state: living, sort: 'reauthorize_by' } };
    return { name, value: count(of, consents.estimate), color, link };
  });
}

export function ConsentsPart() {
  const navigate = useNavigate();
  const names = useNames();
  return (
    <Part
      question={words.question}
      query={useQuery(consentsQuery)}
      summary={(data) => consentsSummary(data, names)}
      caption={words.caption}
      nothing={({ total }) => total === 0 && <NothingToPlot isWell title={words.empty} />}
      legend={(consents) => <Legend label={t.overview.part.key} items={legendOf(consents, names)} />}
      chart={(consents, summary) => (
        <ColumnsChart
          summary={summary}
          series={seriesOf(consents, names)}
          rows={consents.days.map((day) => ({
            at: day.day,
            tick: dateOf(day.day),
            title: dateOf(day.day),
            values: valuesOf(day),
          }))}
          ticks={consents.days.filter((_, at) => at % 7 === 0).map(({ day }) => day)}
          onOpen={({ at }) => void navigate({ to: '/connections', search: consentsEndingOn(at) })}
        />
      )}
      table={(consents) => (
        <SmallTable
          caption={words.question}
          rows={consents.days}
          keyOf={({ day }) => day}
          columns={[
            {
              header: words.day,
              cell: ({ day }) => (
                <Link to="/connections" search={consentsEndingOn(day)}>
                  {dateOf(day)}
                </Link>
              ),
            },
            ...seriesOf(consents, names).map(({ id, name }) => ({
              header: name,
              align: 'end' as const,
              cell: (day: Consents['days'][number]) => count(valuesOf(day)[id] ?? 0, consents.estimate),
            })),
          ]}
        />
      )}
    />
  );
}
