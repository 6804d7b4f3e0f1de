import { expect, test } from '@jest/globals';
import { scopeSchema } from '#platform';
import { scopeGroups, withoutImplied } from './scope-list.js';

test('offers every scope of the API, each once', () => {
  expect(scopeGroups.flatMap(([, of]) => of).toSorted()).toEqual([...scopeSchema.options].toSorted());
});

test('asks for admin alone, which implies the others', () => {
  expect(withoutImplied(['tokens:read', 'admin'])).toEqual(['admin']);
  expect(withoutImplied(['tokens:read'])).toEqual(['tokens:read']);
});
