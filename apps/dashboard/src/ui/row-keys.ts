import { useEffect, useRef, type RefObject } from 'react';
import { isTyping } from './shortcuts.js';
import { usePreference } from './preference.js';

interface RowActions {
  onOpen: (at: number) => void;
  onSelect: (at: number) => void;
  onPage: (step: -1 | 1) => void;
}

/** j k x Enter over the rows of a table body, [ ] over its pages: of the table with the focus, else of the page’s first. */
export function useRowKeys(body: RefObject<HTMLTableSectionElement | null>, actions: RowActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  const [hasLetters] = usePreference('letter_shortcuts');
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (isTyping(event) || !body.current || !isMeant(body.current)) return;
      const rows = [...body.current.rows];
      const at = rows.findIndex(
        (row) => row === document.activeElement || row.contains(document.activeElement),
      );
      if (event.key === 'Enter' && rows[at] === document.activeElement) return latest.current.onOpen(at);
      if (!hasLetters) return;
      if (event.key === 'j') rows[Math.min(at + 1, rows.length - 1)]?.focus();
      else if (event.key === 'k') rows[Math.max(at - 1, 0)]?.focus();
      else if (event.key === 'x' && at >= 0) latest.current.onSelect(at);
      else if (event.key === '[') latest.current.onPage(-1);
      else if (event.key === ']') latest.current.onPage(1);
      else return;
      event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [body, hasLetters]);
}

/** Of several tables on a page, one takes the key. */
function isMeant(body: HTMLElement): boolean {
  const tables = '[data-row-keys]';
  const meant = document.activeElement?.closest(tables) ?? document.querySelector(tables);
  return meant === body.closest(tables);
}
