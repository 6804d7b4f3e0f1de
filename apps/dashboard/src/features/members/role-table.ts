import type { t } from '../../messages/index.js';

export type Role = keyof typeof t.access.roles;
export type Permission = keyof typeof t.access.permissions;

export const roles = ['viewer', 'auditor', 'operator', 'admin'] as const satisfies readonly Role[];

/** Who may what, from the weakest permission on; a spec compares it with the table that the API decides by. */
export const roleTable: readonly (readonly [Permission, readonly Role[]])[] = [
  ['connections:read', ['viewer', 'auditor', 'operator', 'admin']],
  ['integrations:read', ['viewer', 'auditor', 'operator', 'admin']],
  ['events:read', ['viewer', 'auditor', 'operator', 'admin']],
  ['members:read', ['viewer', 'auditor', 'operator', 'admin']],
  ['audit:read', ['auditor', 'admin']],
  ['tokens:lookup', ['auditor', 'operator', 'admin']],
  ['approvals:read', ['auditor', 'operator', 'admin']],
  ['connect:write', ['operator', 'admin']],
  ['connections:write', ['operator', 'admin']],
  ['integrations:write', ['operator', 'admin']],
  ['connections:revoke', ['operator', 'admin']],
  ['approvals:decide', ['admin']],
  ['members:write', ['admin']],
  ['keys:write', ['admin']],
  ['admin', ['admin']],
  ['tokens:read', []],
];
