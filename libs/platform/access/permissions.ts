import { z } from 'zod';

/** Every scope of an API key or a workload. `admin` implies the others. */
export const scopes = [
  'integrations:read',
  'integrations:write',
  'connect:write',
  'connections:read',
  'connections:write',
  'tokens:read',
  'connections:revoke',
  'tokens:lookup',
  'audit:read',
  'events:read',
  'keys:write',
  'admin',
] as const;

export type Scope = (typeof scopes)[number];
export const scopeSchema = z.enum(scopes).meta({ id: 'Scope' });

/** What only people may do: no key and no workload has these. */
const personalPermissions = [
  /** Their own session; the one permission that needs no workspace. */
  'session',
  'members:read',
  'members:write',
  'approvals:read',
  'approvals:decide',
] as const;

/** What a route asks for. */
export type Permission = Scope | (typeof personalPermissions)[number];

export const roles = ['viewer', 'auditor', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
export const roleSchema = z.enum(roles).meta({ id: 'Role' });

const viewer: Permission[] = [
  'session',
  'integrations:read',
  'connections:read',
  'events:read',
  'members:read',
];

/** The one table of who may what. Nobody reads a token in the dashboard: `tokens:read` is for services. */
const ofRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(viewer),
  auditor: new Set([...viewer, 'audit:read', 'tokens:lookup', 'approvals:read']),
  operator: new Set([
    ...viewer,
    'integrations:write',
    'connect:write',
    'connections:write',
    'connections:revoke',
    'tokens:lookup',
    'approvals:read',
  ]),
  admin: new Set<Permission>([...scopes.filter((scope) => scope !== 'tokens:read'), ...personalPermissions]),
};

const everyScope: ReadonlySet<Permission> = new Set(scopes);

export function permissionsOfRole(role: Role): ReadonlySet<Permission> {
  return ofRole[role];
}

export function permissionsOfScopes(granted: readonly string[]): ReadonlySet<Permission> {
  return granted.includes('admin') ? everyScope : new Set(granted as Scope[]);
}

/** The roles that have a permission, weakest first. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => ofRole[role].has(permission));
}

export function isScope(permission: Permission): permission is Scope {
  return everyScope.has(permission);
}

/** Whether every right of `role` is also one of `other`. */
export function isWithin(role: Role, other: Role): boolean {
  return [...ofRole[role]].every((permission) => ofRole[other].has(permission));
}
