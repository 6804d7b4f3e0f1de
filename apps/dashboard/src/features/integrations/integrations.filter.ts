import type { Integration } from '../../api/integrations.query.js';
import type { IntegrationsSearch } from './integrations.search.js';

type Listed = Pick<Integration, 'name' | 'state'>;
export const pageSize = 20;

/** Those of the name and state looked for. All of them are at hand, so that they are searched here. */
export function matching<T extends Listed>(
  all: readonly T[],
  { q = '', state }: Pick<IntegrationsSearch, 'q' | 'state'>,
): readonly T[] {
  const wanted = q.toLowerCase();
  return all.filter(
    ({ name, state: own }) => name.toLowerCase().includes(wanted) && (state === undefined || own === state),
  );
}

/** The first page is 1; one that is not there any more is the last that is. */
export function pageOf<T extends object>(rows: readonly T[], page = 1) {
  const last = Math.max(1, Math.ceil(rows.length / pageSize));
  const at = Math.min(Math.max(1, Math.trunc(page)), last);
  return {
    data: rows.slice((at - 1) * pageSize, at * pageSize),
    next_cursor: at < last ? String(at + 1) : null,
    previous_cursor: at > 2 ? String(at - 1) : null,
  };
}
