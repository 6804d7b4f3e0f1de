import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';
import type { AccessPorts } from './access-ports.js';
import { isAllowedAddress } from './allowed-addresses.js';
import type { Caller } from './caller.js';
import type { FoundApiKey } from './key-directory.js';
import { permissionsOfRole, permissionsOfScopes } from './permissions.js';
import type { FoundSession } from './session-directory.js';
import type { FoundWorkload } from './workload-directory.js';

const bearer = /^bearer +(\S+)$/i;
const apiKey = /^evg_[A-Za-z0-9_-]{20,100}$/;

/** Who sends a request: a caller in a workspace, a person's session, or both. */
export interface Authenticated {
  caller?: Caller;
  session?: FoundSession;
  /** The workspace is suspended. */
  suspended?: boolean;
  /** The credential is good, but not from this address. */
  fromForbiddenAddress?: boolean;
}

/** Finds who sends a request: by API key, by an assertion of ours, by a workload's JWT, or by a session's cookie. */
export async function authenticate(
  ports: AccessPorts,
  request: FastifyRequest,
): Promise<Authenticated | undefined> {
  const { authorization } = request.headers;
  if (authorization === undefined)
    return ports.sessions && ofSession(await ports.sessions.find(request.headers));
  const credential = bearer.exec(authorization)?.[1];
  if (credential === undefined) return undefined;
  if (credential.startsWith('evg_')) return byKey(ports, credential, request);
  const path = request.url.split('?', 1)[0]!;
  const caller = await ports.assertions?.verify(credential, { method: request.method, path });
  if (caller) return { caller };
  return ofWorkload(await ports.workloads?.find(credential));
}

async function byKey(
  { keys }: AccessPorts,
  credential: string,
  request: FastifyRequest,
): Promise<Authenticated | undefined> {
  if (!keys || !apiKey.test(credential)) return undefined;
  const found = await keys.find(hash('sha256', credential, 'buffer'));
  if (!found) return undefined;
  const { allowedAddresses } = found;
  const fromForbiddenAddress = allowedAddresses ? !isAllowedAddress(allowedAddresses, request.ip) : false;
  if (!fromForbiddenAddress) keys.used(found);
  return { caller: callerOf(found), suspended: found.suspended ?? false, fromForbiddenAddress };
}

function callerOf(key: FoundApiKey): Caller {
  return {
    workspace: key.workspace,
    actor: { type: 'api_key', id: key.id, name: key.name },
    permissions: permissionsOfScopes(key.scopes),
    person: key.person ?? undefined,
    expiresAt: key.expiresAt ?? undefined,
    allowedAddresses: key.allowedAddresses ?? undefined,
  };
}

function ofWorkload(found: FoundWorkload | undefined): Authenticated | undefined {
  if (!found) return undefined;
  const { id, name, workspace, scopes, person, suspended, expiresAt } = found;
  const actor = { type: 'workload', id, name } as const;
  const permissions = permissionsOfScopes(scopes);
  return { caller: { workspace, actor, permissions, person: person ?? undefined, expiresAt }, suspended };
}

function ofSession(session: FoundSession | undefined): Authenticated | undefined {
  if (!session) return undefined;
  const { membership, person, authenticatedAt } = session;
  if (!membership) return { session };
  const { workspace, role, suspended } = membership;
  const actor = { type: 'user', id: person.id, name: person.name } as const;
  const permissions = permissionsOfRole(role);
  return {
    session,
    suspended,
    caller: { workspace, actor, permissions, person: person.id, role, authenticatedAt },
  };
}

const reading = new Set(['GET', 'HEAD']);

/**
 * A change in a browser's session must come from our own page: its origin, and the token that only our page can read.
 * @param token where it is not a header: a form has it in a hidden field
 * @throws Problem `csrf-refused`
 */
export function refuseForgery(
  { method, headers }: FastifyRequest,
  session: FoundSession,
  origin: string,
  token: unknown = headers['x-csrf-token'],
): void {
  if (reading.has(method)) return;
  if (headers.origin !== undefined && headers.origin !== origin)
    throw new Problem('csrf-refused', `The request comes from ${headers.origin}.`);
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin')
    throw new Problem('csrf-refused', 'The request comes from another site.');
  if (!isSame(token, session.csrfToken))
    throw new Problem('csrf-refused', 'Send the csrf_token of GET /admin/api/session as X-CSRF-Token.');
}

/** Compared as hashes, so that the time it takes says nothing. */
function isSame(given: unknown, wanted: string): boolean {
  return typeof given === 'string' && hash('sha256', given) === hash('sha256', wanted);
}
