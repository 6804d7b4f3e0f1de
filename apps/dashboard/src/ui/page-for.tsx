import type { ReactNode } from 'react';
import { useCan } from '../api/session-state.js';
import { Page } from './page.js';
import { Forbidden } from './states.js';

interface PageForProps {
  permission: string;
  /** What the page is called where it may not be seen. */
  title: string;
  children: ReactNode;
}

/** A page that needs a permission: without it, its title and which role is missing. */
export function PageFor({ permission, title, children }: PageForProps) {
  if (useCan(permission)) return children;
  return (
    <Page title={title}>
      <Forbidden permission={permission} />
    </Page>
  );
}
