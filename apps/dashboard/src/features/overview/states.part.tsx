import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { StateBadge } from '../../ui/state-badge.js';
import { statesQuery, type States } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { statesSummary, unhealthyOf, type UnhealthyState } from './summaries.js';
import classes from './states.module.css';

const words = t.overview.states;
const marks: Record<UnhealthyState, string> = {
  needs_reauthorization: 'act',
  degraded: 'warn',
  quarantined: 'warn',
  paused: 'off',
  expired: 'off',
  revoking: 'wait',
  pending: 'wait',
};

/** Bars are links, so they need no chart library. */
export function StatesPart() {
  return (
    <Part
      question={words.question}
      query={useQuery(statesQuery)}
      summary={statesSummary}
      caption={words.caption}
      nothing={(states) => {
        if (states.total === 0) return <NothingToPlot title={words.empty} />;
        return unhealthyOf(states).length === 0 && <NothingToPlot isWell title={words.calm} />;
      }}
      chart={(states) => <Bars states={states} />}
      table={(states) => <StatesTable states={states} />}
    />
  );
}

function Bars({ states }: { states: States }) {
  const bars = unhealthyOf(states);
  const most = Math.max(...bars.map((bar) => bar.count));
  return (
    <ul className={classes.bars}>
      {bars.map(({ state, count: of }) => (
        <li key={state}>
          <Link to="/connections" search={{ state }} className={classes.bar}>
            <StateBadge state={state} />
            <span className={classes.track}>
              <span
                className={classes.fill}
                style={{ width: `${(of / most) * 100}%`, background: `var(--eg-${marks[state]}-mark)` }}
              />
            </span>
            <span className={classes.count}>{count(of, states.estimate)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function StatesTable({ states }: { states: States }) {
  const rows = Object.entries(states.by_state).toSorted(([, a], [, b]) => b - a);
  return (
    <SmallTable
      caption={words.question}
      rows={rows}
      keyOf={([state]) => state}
      columns={[
        {
          header: words.state,
          cell: ([state]) => (
            <Link to="/connections" search={{ state }} className={classes.link}>
              <StateBadge state={state} />
            </Link>
          ),
        },
        { header: words.count, align: 'end', cell: ([, of]) => count(of, states.estimate) },
      ]}
    />
  );
}
