import { t } from '../../messages/index.js';
import type { Names } from '../../ui/names.js';
import type { Trouble, TroubleCounts } from './jobs.query.js';

const words = t.jobs;

/** What a person would call it: whose connection, and where. */
export function troubleName({ end_user: user, provider }: Trouble, names: Names): string {
  return words.connectionOf(user ?? words.client, names.provider(provider));
}

/** The code in our words or the provider's own, then what is known besides. */
export function whyOf({ code, detail }: Pick<Trouble, 'code' | 'detail'>): string {
  const said = code === null ? undefined : (words.codes[code] ?? code);
  const more = detail === null ? undefined : (words.details[detail] ?? detail);
  return [said, more].filter((part) => part !== undefined).join(': ') || words.unknownWhy;
}

/** Of all kinds together; one that was not counted to its end makes it a lower bound. */
export function stuckIn(counts: TroubleCounts): { total: number; isAtLeast: boolean } {
  const { waiting, degraded, quarantined, in_doubt: inDoubt, orphaned } = counts;
  return {
    total: waiting + degraded + quarantined + inDoubt + orphaned,
    isAtLeast: counts.at_least.length > 0,
  };
}
