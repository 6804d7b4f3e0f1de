import { areNetworksWithin, mayUse, Problem, type Caller, type Scope } from '#platform';

/** What a credential may do, until when and from where. Null: no end; anywhere. */
export interface KeyReach {
  expiresAt: Date | null;
  allowedAddresses: readonly string[] | null;
}

/** Nobody hands out rights that they do not have; an admin hands out `tokens:read` too, which no person has. */
export function refuseScopesBeyond(caller: Caller, scopes: readonly string[]): void {
  const beyond = scopes.filter((scope) => caller.role !== 'admin' && !mayUse(caller, scope as Scope));
  if (beyond.length === 0) return;
  throw new Problem('insufficient-scope', `You lack ${beyond.join(', ')} yourself.`, {
    errors: [{ pointer: '/scopes', detail: `beyond your own: ${beyond.join(', ')}` }],
  });
}

/** A key is no way around its own end and its own networks: what it hands out lasts no longer and reaches no further. */
export function refuseReachBeyond(caller: Caller, { expiresAt, allowedAddresses }: KeyReach): void {
  const { expiresAt: end, allowedAddresses: networks } = caller;
  if (end && (expiresAt === null || expiresAt > end))
    throw beyond('/expires_at', `must not be later than your own end, ${end.toISOString()}`);
  if (networks && (allowedAddresses === null || !areNetworksWithin(allowedAddresses, networks)))
    throw beyond('/allowed_addresses', `must be within your own, ${networks.join(', ')}`);
}

function beyond(pointer: string, detail: string): Problem {
  return new Problem('forbidden', 'Your own key does not reach that far.', { errors: [{ pointer, detail }] });
}
