import { VisuallyHidden } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../messages/index.js';
import classes from './steps.module.css';

export interface Step {
  id: string;
  title: ReactNode;
  isDone: boolean;
  /** What is shown of it: of the one that is due, and where a done one has something to say. */
  content?: ReactNode;
}

/** Things to do in their order; `current` is due now. */
export function Steps({
  label,
  steps,
  current,
}: {
  label: string;
  steps: readonly Step[];
  current?: string;
}) {
  return (
    <ol className={classes.steps} aria-label={label}>
      {steps.map(({ id, title, isDone, content }, at) => (
        <li
          key={id}
          className={classes.step}
          data-state={id === current ? 'current' : isDone ? 'done' : 'todo'}
          aria-current={id === current ? 'step' : undefined}
        >
          <span className={classes.mark} data-done={isDone || undefined} aria-hidden>
            {isDone ? <IconCheck size={14} stroke={2.5} /> : at + 1}
          </span>
          <div className={classes.body}>
            <h2 className={classes.title}>
              {title}
              {isDone && <VisuallyHidden>{t.steps.done}</VisuallyHidden>}
            </h2>
            {content && <div className={classes.content}>{content}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
