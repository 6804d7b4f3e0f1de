import type { Scope } from './api-keys.query.js';

export type ScopeGroup = 'look' | 'run' | 'respond' | 'tokens' | 'govern';

/** Every scope, in the order and the groups in which they are offered. */
export const scopeGroups: readonly (readonly [ScopeGroup, readonly Scope[]])[] = [
  ['tokens', ['tokens:read']],
  ['look', ['connections:read', 'integrations:read', 'events:read', 'audit:read']],
  ['run', ['connect:write', 'connections:write', 'integrations:write']],
  ['respond', ['connections:revoke', 'tokens:lookup']],
  ['govern', ['keys:write', 'admin']],
];

/** `admin` implies the others: named alone. */
export const withoutImplied = (scopes: readonly Scope[]): Scope[] =>
  scopes.includes('admin') ? ['admin'] : [...scopes];
