import { Injectable } from '@nestjs/common';
import { ownerOf, Problem, type Caller, type FoundSession } from '#platform';
import { OwnersClient, type Owner } from '../owners/owners.client.js';

const prefix = '/admin/api';
const passedOn = ['idempotency-key', 'if-match'] as const;
const passedBack = [
  'content-type',
  'etag',
  'retry-after',
  'cache-control',
  'content-disposition',
  // A page of the owner's, such as a report to print, says itself what it may load.
  'content-security-policy',
  'www-authenticate',
  'ratelimit',
  'ratelimit-policy',
] as const;

/** A request as a person sent it. */
export interface PersonRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body?: unknown;
}

export interface ForwardedAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Hands a person's request to the service that owns its path. */
@Injectable()
export class ForwardService {
  constructor(private readonly owners: OwnersClient) {}

  /** @throws Problem where there is no such path, or no workspace that can be acted in */
  async forward(
    { membership }: FoundSession,
    caller: Caller | undefined,
    request: PersonRequest,
  ): Promise<ForwardedAnswer> {
    const target = request.url.slice(prefix.length);
    const owner = ownerOfTarget(target);
    if (!caller || !membership)
      throw new Problem('workspace-not-found', 'You are a member of no such workspace.');
    if (membership.suspended && !isOpenWhileSuspended(request.method, target))
      throw new Problem('workspace-suspended', 'An admin of the workspace can resume it.');
    const { status, headers, text } = await this.owners.exchange(owner, caller, {
      method: request.method,
      target,
      headers: pick(passedOn, (name) => request.headers[name]),
      ...bodyOf(request),
    });
    // The person's own session was fine: keys or clocks of the assertions are set up wrongly.
    if (status === 401 && text.includes('/problems/invalid-api-key'))
      throw new Problem('internal-error', undefined, { cause: new Error(`${owner} refused an assertion`) });
    return { status, text, headers: pick(passedBack, (name) => headers.get(name)) };
  }
}

/** @throws Problem `not-found` for what is no path of a service, in any spelling */
function ownerOfTarget(target: string): Owner {
  const path = target.split('?', 1)[0]!;
  const owner = ownerOf(path);
  const isPlain = URL.parse(target, 'http://owner')?.pathname === path && !path.includes('//');
  if (isPlain && path.startsWith('/v1/') && (owner === 'auth-flow' || owner === 'revocation-audit'))
    return owner;
  throw new Problem('not-found');
}

/** An assertion says nothing of suspension: here is who keeps out. The workspace itself is read, and resumed. */
function isOpenWhileSuspended(method: string, target: string): boolean {
  return method !== 'POST' && /^\/v1\/workspaces(?:[/?]|$)/.test(target);
}

/** As it came: JSON, or the form that RFC 7662 speaks. */
function bodyOf({ body, headers }: PersonRequest): { body?: string; contentType?: string } {
  if (body === undefined || body === null) return {};
  const contentType = String(headers['content-type'] ?? 'application/json');
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  const text = isForm ? new URLSearchParams(body as Record<string, string>).toString() : JSON.stringify(body);
  return { body: text, contentType };
}

function pick<Name extends string>(
  names: readonly Name[],
  valueOf: (name: Name) => string | string[] | null | undefined,
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = valueOf(name);
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}
