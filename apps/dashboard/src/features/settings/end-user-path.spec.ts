import { expect, test } from '@jest/globals';
import { pathOfEndUser } from './end-user-path.js';

const read = (path: string) => Buffer.from(path.slice(1), 'base64url').toString();

test('an id that a path may carry stays as it is', () => {
  expect(pathOfEndUser('user-1@example.com')).toBe('user-1@example.com');
});

test.each(['a/b', 'a\\b', '50%', '~a', 'ü/ß', '..'])('%s is carried encoded, and back', (id) => {
  const path = pathOfEndUser(id);
  expect(path).toMatch(/^~[\w-]+$/);
  expect(read(path)).toBe(id);
});
