import { IconCheck } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import classes from './kill-switch.module.css';

export type StepName = keyof typeof words.steps;

const words = t.newKillSwitch;
const names = ['select', 'preview', 'confirm'] as const;

/** Where one is; each step is a URL, so Back goes back. */
export function Steps({ current }: { current: StepName }) {
  const at = names.indexOf(current);
  return (
    <ol className={classes.steps} aria-label={words.stepsLabel}>
      {names.map((name, nth) => (
        <li
          key={name}
          className={classes.step}
          data-done={nth < at || undefined}
          aria-current={name === current ? 'step' : undefined}
        >
          <span className={classes.stepNumber} aria-hidden>
            {nth < at ? <IconCheck size={12} stroke={3} /> : nth + 1}
          </span>
          {words.steps[name]}
        </li>
      ))}
    </ol>
  );
}
