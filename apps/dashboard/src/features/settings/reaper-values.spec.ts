import { expect, test } from '@jest/globals';
import {
  actingRules,
  areDays,
  countedDays,
  isMaximum,
  newlyActing,
  valuesOf,
  wishOf,
  type ReaperValues,
} from './reaper-values.js';

const values: ReaperValues = {
  dead_days: 90,
  dead_action: 'list',
  unread_days: '',
  unread_action: 'revoke',
  erase_days: 30,
  erase_action: 'erase',
  maximum: 100,
};

test('a rule without days is off, whatever its action', () => {
  expect(actingRules(values)).toEqual(['erase']);
  expect(wishOf(values).unread_after_days).toBeNull();
});

test('what is asked for is what is shown again', () => {
  const none = { candidates: { dead: 0, unread: 0, erase: 0 }, next_run_at: null, last_run_at: null };
  expect(valuesOf({ ...wishOf(values), ...none, held: null, updated_at: null })).toEqual(values);
});

test('only rules that act anew have to be confirmed', () => {
  expect(newlyActing(values, values)).toEqual([]);
  expect(newlyActing({ ...values, maximum: 5 }, values)).toEqual([]);
  expect(newlyActing({ ...values, dead_action: 'revoke' }, values)).toEqual(['dead']);
  expect(newlyActing({ ...values, erase_days: 10 }, values)).toEqual(['erase']);
});

test('days and the maximum are whole and within what the API takes', () => {
  expect(['', 1, 3_650].every(areDays)).toBe(true);
  expect([0, 1.5, 3_651, 'x'].some(areDays)).toBe(false);
  expect(isMaximum('')).toBe(false);
});

test('only what the API takes is counted', () => {
  expect(countedDays(values)).toEqual({ dead_after_days: 90, erase_after_days: 30 });
  expect(countedDays({ ...values, erase_days: 0 })).toEqual({ dead_after_days: 90 });
});
