import { expect, test } from '@jest/globals';
import { limitsOf } from './limits.js';

test('reads each limit, and what is left of it', () => {
  expect(limitsOf('"key";q=600;w=60, "workspace";q=900;w=60', '"key";r=599;t=30')).toEqual([
    { name: 'key', quota: 600, seconds: 60, left: 599 },
    { name: 'workspace', quota: 900, seconds: 60, left: undefined },
  ]);
});

test('names none where the answer names none', () => {
  expect(limitsOf(null, null)).toEqual([]);
});
