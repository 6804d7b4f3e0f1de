import { isWithin, type Role } from '#platform';
import type { RoleRule } from './issuers-file.js';

/** Every workspace, in a rule. */
export const everyWorkspace = '*';

/** The roles that an issuer's claims give, by workspace or `*`: where several rules hold, the one with more rights. */
export function rolesOfClaims(
  rules: readonly RoleRule[],
  claims: Readonly<Record<string, unknown>>,
): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const { claim, value, workspace, role } of rules) {
    const given = Object.hasOwn(claims, claim) ? [claims[claim]].flat() : [];
    if (given.includes(value)) roles.set(workspace, stronger(roles.get(workspace), role));
  }
  return roles;
}

/** The role with more rights; of two that do not contain each other, the second. */
export function stronger(one: Role | undefined, other: Role): Role {
  return one !== undefined && isWithin(other, one) ? one : other;
}
