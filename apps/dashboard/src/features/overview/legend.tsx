import { Link, type LinkProps } from '@tanstack/react-router';
import classes from './legend.module.css';

export interface LegendItem {
  name: string;
  /** Its total or its latest value: the chart's direct label. */
  value: string;
  color: string;
  dash?: string;
  /** Where a click filters. */
  link?: Pick<LinkProps, 'to' | 'search'>;
  /** What is there, where it is not just this. */
  linkTitle?: string;
}

/** What each colour is, with its value beside it. */
export function Legend({ label, items }: { label: string; items: readonly LegendItem[] }) {
  return (
    <ul className={classes.legend} aria-label={label}>
      {items.map(({ name, value, color, dash, link, linkTitle }) => {
        const words = (
          <>
            <svg width={14} height={10} aria-hidden className={classes.mark}>
              {dash === undefined ? (
                <rect width={10} height={10} x={2} rx={2} fill={color} />
              ) : (
                <line x1={0} x2={14} y1={5} y2={5} stroke={color} strokeWidth={2.5} strokeDasharray={dash} />
              )}
            </svg>
            <span className={classes.name}>{name}</span>
            <span className={classes.value}>{value}</span>
          </>
        );
        return (
          <li key={name}>
            {link ? (
              <Link {...link} className={classes.item} title={linkTitle}>
                {words}
              </Link>
            ) : (
              <span className={classes.item}>{words}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
