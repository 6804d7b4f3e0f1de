import type { ReaperPolicy, ReaperWish, Rule } from './settings.query.js';

/** The policy as it is typed: days are empty where a rule is off. */
export interface ReaperValues {
  dead_days: number | string;
  dead_action: ReaperPolicy['dead_action'];
  unread_days: number | string;
  unread_action: ReaperPolicy['unread_action'];
  erase_days: number | string;
  erase_action: ReaperPolicy['erase_action'];
  maximum: number | string;
}

export const rules = ['dead', 'unread', 'erase'] as const satisfies readonly Rule[];

export const valuesOf = (policy: ReaperPolicy): ReaperValues => ({
  dead_days: policy.dead_after_days ?? '',
  dead_action: policy.dead_action,
  unread_days: policy.unread_after_days ?? '',
  unread_action: policy.unread_action,
  erase_days: policy.erase_after_days ?? '',
  erase_action: policy.erase_action,
  maximum: policy.daily_maximum,
});

const daysOf = (typed: number | string): number | null => (typed === '' ? null : Number(typed));

export const wishOf = (values: ReaperValues): ReaperWish => ({
  dead_after_days: daysOf(values.dead_days),
  dead_action: values.dead_action,
  unread_after_days: daysOf(values.unread_days),
  unread_action: values.unread_action,
  erase_after_days: daysOf(values.erase_days),
  erase_action: values.erase_action,
  daily_maximum: Number(values.maximum),
});

const isWithin = (typed: number | string, most: number): boolean =>
  Number.isInteger(typed) && Number(typed) >= 1 && Number(typed) <= most;

export const areDays = (typed: number | string): boolean => typed === '' || isWithin(typed, 3_650);
export const isMaximum = (typed: number | string): boolean => isWithin(typed, 100_000);

/** Rules that do something, and not only list. */
export const actingRules = (values: ReaperValues): Rule[] =>
  rules.filter((rule) => values[`${rule}_action`] !== 'list' && values[`${rule}_days`] !== '');

/** Rules that will act otherwise than they do, or on others: what a person has to confirm. */
export const newlyActing = (values: ReaperValues, before: ReaperValues): Rule[] =>
  actingRules(values).filter(
    (rule) =>
      values[`${rule}_action`] !== before[`${rule}_action`] ||
      values[`${rule}_days`] !== before[`${rule}_days`],
  );

/** The days that can be counted, as the API is asked: of rules that are on, and whose days it takes. */
export const countedDays = (values: ReaperValues): Partial<Record<`${Rule}_after_days`, number>> =>
  Object.fromEntries(
    rules
      .filter((rule) => values[`${rule}_days`] !== '' && areDays(values[`${rule}_days`]))
      .map((rule) => [`${rule}_after_days`, Number(values[`${rule}_days`])]),
  );
