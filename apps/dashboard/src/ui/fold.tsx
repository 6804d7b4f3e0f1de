import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import classes from './fold.module.css';

/** What few need, folded away; `isOpen` opens it (e.g. because something in it is wrong), and leaves it to be closed. */
export function Fold({
  title,
  isOpen = false,
  children,
}: {
  title: string;
  isOpen?: boolean;
  children: ReactNode;
}) {
  const [isShown, setShown] = useState(isOpen);
  useEffect(() => {
    if (isOpen) setShown(true);
  }, [isOpen]);
  return (
    <details
      className={classes.fold}
      open={isShown}
      onToggle={({ currentTarget }) => setShown(currentTarget.open)}
    >
      <summary className={classes.summary}>
        <IconChevronRight size={14} aria-hidden />
        {title}
      </summary>
      <div className={classes.content}>{children}</div>
    </details>
  );
}
