import { t } from '../../messages/index.js';
import type { Names } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import type { Trouble, TroubleCounts } from './jobs.query.js';
import { troubleKinds, type TroubleKind } from './jobs.search.js';

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

/** What waits for somebody, and what is late or failing and tried again. */
const stuck = ['quarantined', 'orphaned'] as const;
const retried = ['waiting', 'degraded', 'in_doubt'] as const;

/** Of some kinds together; one that was not counted to its end makes it a lower bound. */
function sumOf(counts: TroubleCounts, kinds: readonly TroubleKind[]): { total: number; amount: string } {
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  const isAtLeast = kinds.some((kind) => counts.at_least.includes(kind));
  return { total, amount: isAtLeast ? words.atLeast(count(total)) : count(total) };
}

export const troublesIn = (counts: TroubleCounts): number => sumOf(counts, troubleKinds).total;

/** State in a sentence or two: what stands still, then what does not. */
export function statusOf(counts: TroubleCounts): string {
  const [still, late] = [sumOf(counts, stuck), sumOf(counts, retried)];
  const said = [
    still.total > 0 && words.status.stuck(still.amount, still.total === 1),
    late.total > 0 && words.status.retried(late.amount, late.total === 1),
  ].filter((part) => part !== false);
  return said.join(' ') || words.status.none;
}
