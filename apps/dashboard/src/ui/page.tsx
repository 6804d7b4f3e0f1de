import { Group } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { t } from '../messages/index.js';
import { useHeadingFocus } from './heading-focus.js';
import { useSandboxPart } from './use-sandbox.js';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** Links back up, outermost first. */
  crumbs?: ReactNode;
  /** Beside the title: the state of what is shown. */
  badge?: ReactNode;
  /** One primary action, and others in a menu. */
  actions?: ReactNode;
  /** One sentence: state, why, next. */
  status?: ReactNode;
  /** Forms keep to 640 px. */
  narrow?: boolean;
  children: ReactNode;
}

/** Crumb, title with state, one primary action, status line, body. The title takes the focus on navigation. */
export function Page({ title, crumbs, badge, actions, status, narrow = false, children }: PageProps) {
  const heading = useHeadingFocus();
  const isSandbox = useSandboxPart() === 'all';
  useEffect(() => {
    document.title = t.shell.documentTitle(title, isSandbox);
  }, [title, isSandbox]);
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      {crumbs && (
        <nav className={classes.crumbs} aria-label={t.shell.breadcrumb}>
          {crumbs}
        </nav>
      )}
      <header className={classes.header}>
        <div className={classes.title}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {badge}
        </div>
        {actions && (
          <Group gap={8} className={classes.actions}>
            {actions}
          </Group>
        )}
      </header>
      {status && <div className={classes.status}>{status}</div>}
      {children}
    </div>
  );
}

/** A titled part of a page. */
export function Section({
  title,
  aside,
  children,
  id,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  id?: string;
}) {
  return (
    <section className={classes.section} aria-label={title} id={id}>
      <header className={classes.sectionHeader}>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** A card: a surface with a line around it. */
export function Card({ children, flush = false }: { children: ReactNode; flush?: boolean }) {
  return (
    <div className={classes.card} data-flush={flush || undefined}>
      {children}
    </div>
  );
}

/** Main column and an aside of 320 px, one below the other where it is narrow. */
export function WithAside({ aside, children }: { aside: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.withAside}>
      <div className={classes.main}>{children}</div>
      <aside className={classes.aside}>{aside}</aside>
    </div>
  );
}

/** Names and values, e.g. in an aside. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
