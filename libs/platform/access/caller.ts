import type { Permission, Role } from './permissions.js';

/** Who acts, as the audit log names them. `via` is the service that carried a person's request. */
export interface Actor {
  type: 'api_key' | 'workload' | 'user' | 'end_user' | 'service' | 'anonymous';
  id: string;
  name?: string;
  via?: string;
}

/** An authenticated request's workspace, actor and rights. */
export interface Caller {
  readonly workspace: string;
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
  /** The person behind it: themselves, or whoever made the key. Undefined where nobody is known. */
  readonly person?: string | undefined;
  /** Of a person. */
  readonly role?: Role;
  /** When a person last proved to their identity provider who they are. */
  readonly authenticatedAt?: Date;
  /** Of an API key or a workload's token: it makes no key that lives longer. */
  readonly expiresAt?: Date | undefined;
  /** Of an API key: the networks that it may be used from, and that keys made by it may be used from. */
  readonly allowedAddresses?: readonly string[] | undefined;
}

export function mayUse(caller: Caller, permission: Permission): boolean {
  return caller.permissions.has(permission);
}
