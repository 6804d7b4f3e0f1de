import { Link } from '@tanstack/react-router';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { kindLooks } from './kind-badge.js';
import type { TroubleCounts } from './jobs.query.js';
import { troubleKinds, type TroubleKind } from './jobs.search.js';
import classes from './jobs.module.css';

const words = t.jobs;

/** How much of each kind; each figure filters by it, and a second time no more. */
export function KindFigures({ counts, chosen }: { counts: TroubleCounts; chosen: TroubleKind | undefined }) {
  return (
    <ul className={classes.figures}>
      {troubleKinds.map((kind) => {
        const { icon: Icon, tone } = kindLooks[kind];
        const isAtLeast = counts.at_least.includes(kind);
        return (
          <li key={kind}>
            <Link
              to="/jobs"
              search={chosen === kind ? {} : { kind }}
              className={classes.figure}
              title={words.kindsWhat[kind]}
              data-chosen={chosen === kind || undefined}
              aria-current={chosen === kind || undefined}
            >
              <span className={classes.figureName}>
                <Icon
                  size={16}
                  aria-hidden
                  className={classes.figureIcon}
                  data-tone={counts[kind] > 0 ? tone : undefined}
                />
                {words.kinds[kind]}
              </span>
              <span className={classes.figureCount} data-zero={counts[kind] === 0 || undefined}>
                {isAtLeast ? words.atLeastFigure(count(counts[kind])) : count(counts[kind])}
              </span>
            </Link>
          </li>
        );
      })}
      <li>
        <Link to="/jobs" search={{ tab: 'engine' }} className={classes.figure} title={words.spooledWhat}>
          <span className={classes.figureName}>
            <IconDeviceFloppy size={16} aria-hidden className={classes.figureIcon} />
            {words.spooled}
          </span>
          <span className={classes.figureCount} data-zero={counts.spooled === 0 || undefined}>
            {count(counts.spooled)}
          </span>
        </Link>
      </li>
    </ul>
  );
}
