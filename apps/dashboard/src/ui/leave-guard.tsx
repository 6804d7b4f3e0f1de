import { useBlocker } from '@tanstack/react-router';
import { createContext, useContext } from 'react';
import { UnsavedDialog, useTellUnsaved, type UnsavedWords } from './unsaved.js';

/**
 * What of the search the forms within are there by, e.g. the step of a wizard: where that changes, they go away.
 * Without it they stay for as long as their page does, whatever is filtered on it.
 */
export const LivesBy = createContext<(search: Readonly<Record<string, unknown>>) => unknown>(() => undefined);

/** Of a form in a tab. */
export const byTab = ({ tab }: { tab?: unknown }): unknown => tab;

/** Leaving with unsaved words asks first: another page, a step back, the tab. */
export function LeaveGuard({ isDirty, words }: { isDirty: boolean; words?: UnsavedWords }) {
  const livesBy = useContext(LivesBy);
  const placeOf = (search: object): string | undefined =>
    JSON.stringify(livesBy(search as Record<string, unknown>));
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && (current.pathname !== next.pathname || placeOf(current.search) !== placeOf(next.search)),
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  useTellUnsaved(isDirty);
  return (
    <UnsavedDialog
      isOpen={blocker.status === 'blocked'}
      stackId="leave"
      words={words}
      onStay={() => blocker.reset?.()}
      onLeave={() => blocker.proceed?.()}
    />
  );
}
