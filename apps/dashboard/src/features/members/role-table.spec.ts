import { expect, test } from '@jest/globals';
import { permissionsOfRole, roleSchema } from '#platform';
import { roles, roleTable } from './role-table.js';

test('shows the roles that there are, weakest first', () => {
  expect(roles).toEqual(roleSchema.options);
});

test.each(roles)('shows of a %s what the API lets them do', (role) => {
  const shown = roleTable.filter(([, of]) => of.includes(role)).map(([permission]) => permission);
  // Of one's own session there is nothing to tell.
  const allowed = [...permissionsOfRole(role)].filter((permission) => permission !== 'session');
  expect(shown.toSorted()).toEqual(allowed.toSorted());
});
