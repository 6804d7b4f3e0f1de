import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { ColumnsChart, seriesColor } from './charts.js';
import { dayAndHourOf, hourOf, isMidnight, weekdayOf, zone } from './clock.js';
import type { ColumnsRow } from './columns.chart.js';
import { endedBefore, endingIn } from './living.js';
import { dueQuery, type Due } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { dueSummary } from './summaries.js';

const words = t.overview.due;
const overdue = 'overdue';
const ahead = 'ahead';
const series = [
  { id: overdue, name: words.overdueBin, color: 'var(--eg-act-mark)' },
  { id: ahead, name: words.count, color: seriesColor(0) },
];

const filterOf = (at: string) => (at === overdue ? endedBefore(Date.now()) : endingIn(at));

function rowsOf(due: Due): ColumnsRow[] {
  const hours = due.hours.map(({ hour, count: of }, nth) => ({
    at: hour,
    tick: nth === 0 ? words.now : isMidnight(hour) ? weekdayOf(hour) : hourOf(hour),
    title: dayAndHourOf(hour),
    values: { [ahead]: of },
  }));
  return [{ at: overdue, tick: '', title: words.overdueBin, values: { [overdue]: due.overdue } }, ...hours];
}

/** Now, noons and midnights; those too close to now are left out. */
function ticksOf({ hours }: Due): string[] {
  const ticked = hours.filter(
    ({ hour }, nth) => nth === 0 || (nth > 5 && new Date(hour).getHours() % 12 === 0),
  );
  return ticked.map(({ hour }) => hour);
}

const isNothing = ({ overdue: late, hours }: Due): boolean =>
  late === 0 && hours.every((each) => each.count === 0);

export function DuePart() {
  const navigate = useNavigate();
  return (
    <Part
      question={words.question}
      query={useQuery(dueQuery)}
      summary={dueSummary}
      caption={words.caption(zone)}
      nothing={(due) => isNothing(due) && <NothingToPlot title={words.empty} />}
      chart={(due, summary) => (
        <ColumnsChart
          summary={summary}
          series={series}
          rows={rowsOf(due)}
          ticks={ticksOf(due)}
          onOpen={({ at }) => void navigate({ to: '/connections', search: filterOf(at) })}
          lineBefore={due.hours[0]?.hour}
        />
      )}
      table={(due) => (
        <SmallTable
          caption={words.question}
          rows={rowsOf(due)}
          keyOf={({ at }) => at}
          columns={[
            {
              header: words.from,
              cell: ({ at, title }) => (
                <Link to="/connections" search={filterOf(at)}>
                  {title}
                </Link>
              ),
            },
            {
              header: words.count,
              align: 'end',
              cell: ({ values }) => count(values[ahead] ?? due.overdue, due.estimate),
            },
          ]}
        />
      )}
    />
  );
}
