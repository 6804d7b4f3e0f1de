import { expect, test } from '@jest/globals';
import type { ApiKey } from './api-keys.query.js';
import { expiryOf, isOverlapping, keyState } from './key-state.js';

const now = Date.parse('2026-06-01T00:00:00Z');
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
const key = (of: Partial<ApiKey>): ApiKey => ({
  id: 'key_1',
  name: 'ci',
  prefix: 'evg_abc',
  scopes: ['tokens:read'],
  allowed_addresses: null,
  created_by: null,
  created_at: inDays(-1),
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
  rotated_at: null,
  previous_expires_at: null,
  ...of,
});

test('a key without an end is active', () => {
  expect(keyState(key({}), now)).toBe('active');
});

test('a revoked key is that, whatever else it is', () => {
  expect(keyState(key({ revoked_at: inDays(-1), expires_at: inDays(3) }), now)).toBe('revoked');
});

test('a key that ends within two weeks says so before it does', () => {
  expect(keyState(key({ expires_at: inDays(13) }), now)).toBe('expiring');
  expect(keyState(key({ expires_at: inDays(15) }), now)).toBe('active');
  expect(keyState(key({ expires_at: inDays(0) }), now)).toBe('expired');
});

test('a key whose former self still works is rotating', () => {
  expect(keyState(key({ previous_expires_at: inDays(1) }), now)).toBe('rotating');
  expect(isOverlapping(key({ previous_expires_at: inDays(-1) }), now)).toBe(false);
});

test('nothing overlaps once the key is revoked', () => {
  expect(isOverlapping(key({ previous_expires_at: inDays(1), revoked_at: inDays(0) }), now)).toBe(false);
});

test('an expiry is days from now, the end of a day, a moment, or none', () => {
  expect(expiryOf('2026-09-01T10:00:00Z', '', now)).toBe('2026-09-01T10:00:00Z');
  expect(expiryOf('30', '', now)).toBe('2026-07-01T00:00:00.000Z');
  expect(expiryOf('30', '', now + 1)).toBe(expiryOf('30', '', now + 60_000));
  expect(expiryOf('date', '2026-08-09', now)).toBe('2026-08-09T23:59:59Z');
  expect(expiryOf('never', '2026-08-09', now)).toBeUndefined();
});
