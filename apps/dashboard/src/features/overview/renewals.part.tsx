import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { ColumnsChart, otherColor, seriesColor } from './charts.js';
import { dayAndHourOf, hourOf, zone } from './clock.js';
import { Legend, type LegendItem } from './legend.js';
import { renewalsQuery, type Renewals } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { classWord, renewalsSummary } from './summaries.js';

const words = t.overview.renewals;
const shownClasses = 4;

/** The most frequent classes, and the rest as one. */
function seriesOf({ classes }: Renewals) {
  const shown = classes.slice(0, shownClasses).map(({ class: name, count: of }, at) => ({
    id: name,
    name: classWord(name),
    classes: [name],
    of,
    color: seriesColor(at),
  }));
  const others = classes.slice(shownClasses);
  if (others.length === 0) return shown;
  const of = others.reduce((sum, each) => sum + each.count, 0);
  const rest = others.map((each) => each.class);
  return [...shown, { id: 'other', name: t.overview.part.other, classes: rest, of, color: otherColor }];
}

/** What failures may have led to: which connections an hour or a class was about, no list can be asked. */
const failedStates = 'degraded,needs_reauthorization';

/** Where a failed renewal leaves its connection. */
const stateAfter = (name: string) => (name === 'REAUTHORIZE' ? 'needs_reauthorization' : 'degraded');

function legendOf(renewals: Renewals): LegendItem[] {
  return seriesOf(renewals).map(({ name, classes, of, color }) => ({
    name,
    value: count(of),
    color,
    link: { to: '/connections', search: { state: stateAfter(classes[0] ?? '') } },
    linkTitle: words.leadsTo[stateAfter(classes[0] ?? '')],
  }));
}

export function RenewalsPart() {
  const navigate = useNavigate();
  return (
    <Part
      question={words.question}
      query={useQuery(renewalsQuery)}
      summary={renewalsSummary}
      caption={words.caption(zone)}
      nothing={(renewals) => {
        if (renewals.success === null) return <NothingToPlot title={words.empty} />;
        return renewals.failed === 0 && <NothingToPlot isWell title={words.calm} />;
      }}
      legend={(renewals) => <Legend label={t.overview.part.key} items={legendOf(renewals)} />}
      chart={(renewals, summary) => {
        const series = seriesOf(renewals);
        return (
          <ColumnsChart
            summary={summary}
            series={series}
            rows={renewals.hours.map(({ hour, failures }) => ({
              at: hour,
              tick: hourOf(hour),
              title: dayAndHourOf(hour),
              values: Object.fromEntries(
                series.map(({ id, classes }) => [
                  id,
                  classes.reduce((sum, each) => sum + (failures[each] ?? 0), 0),
                ]),
              ),
            }))}
            ticks={renewals.hours
              .filter(({ hour }) => new Date(hour).getHours() % 6 === 0)
              .map(({ hour }) => hour)}
            onOpen={() => void navigate({ to: '/connections', search: { state: failedStates } })}
          />
        );
      }}
      table={(renewals) => <RenewalsTable renewals={renewals} />}
    />
  );
}

function RenewalsTable({ renewals }: { renewals: Renewals }) {
  return (
    <SmallTable
      caption={words.question}
      rows={renewals.hours.toReversed()}
      keyOf={({ hour }) => hour}
      columns={[
        { header: words.hour, cell: ({ hour }) => dayAndHourOf(hour) },
        { header: words.renewed, align: 'end', cell: ({ renewed }) => count(renewed) },
        {
          header: words.failed,
          align: 'end',
          cell: ({ failed }) =>
            failed === 0 ? (
              count(0)
            ) : (
              <Link to="/connections" search={{ state: failedStates }} title={words.leadsTo.both}>
                {count(failed)}
              </Link>
            ),
        },
        ...seriesOf(renewals).map(({ name, classes }) => ({
          header: name,
          align: 'end' as const,
          cell: ({ failures }: Renewals['hours'][number]) =>
            count(classes.reduce((sum, each) => sum + (failures[each] ?? 0), 0)),
        })),
      ]}
    />
  );
}
