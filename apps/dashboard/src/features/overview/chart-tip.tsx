import classes from './chart.module.css';

/** What is under the pointer. */
export function ChartTip({
  title,
  values,
}: {
  title: string;
  values: readonly { name: string; color: string; value: string }[];
}) {
  return (
    <div className={classes.tip}>
      <div className={classes.tipTitle}>{title}</div>
      {values.map(({ name, color, value }) => (
        <div key={name} className={classes.tipRow}>
          <svg width={8} height={8} aria-hidden>
            <rect width={8} height={8} rx={2} fill={color} />
          </svg>
          <span>{name}</span>
          <span className={classes.tipValue}>{value}</span>
        </div>
      ))}
    </div>
  );
}
