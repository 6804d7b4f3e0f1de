import { z } from 'zod';

/** Every scope of an API key. `admin` implies the others. */
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

/** Who acts, as the audit log names them. `via` is the service that carried a human's request. */
export interface Actor {
  type: 'api_key' | 'user' | 'end_user' | 'service' | 'anonymous';
  id: string;
  name?: string;
  via?: string;
}

/** An authenticated request's workspace, actor and rights. */
export interface Caller {
  readonly workspace: string;
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
}

export function mayUse(caller: Caller, scope: Scope): boolean {
  return caller.scopes.has(scope) || caller.scopes.has('admin');
}
