import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { requestId } from '../http/request-context.js';
import { Problem, type ProblemExtra } from '../problem/problem.js';
import type { ProblemSlug } from '../problem/problem-catalogue.js';
import { AccessPorts } from './access-ports.js';
import { authenticate, refuseForgery, type Authenticated } from './authentication.js';
import { mayUse, type Caller } from './caller.js';
import { isScope, rolesWith, type Permission } from './permissions.js';
import {
  publicRoute,
  routePermission,
  type RequestWithCaller,
  type RouteAccess,
} from './require-permission.js';

const realm = 'Bearer realm="evergrant"';

/** How long ago a person may have signed in for what asks for a fresh sign-in. */
export const freshSignInSeconds = 300;

/** The one guard: who sends the request, and whether they have the route's permission. It remembers every refusal. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly ports: AccessPorts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<RouteAccess | undefined>(routePermission, context.getHandler());
    const http = context.switchToHttp();
    const request = http.getRequest<RequestWithCaller>();
    const reply = http.getResponse<FastifyReply>();
    if (access === undefined) return this.isPublic(context, request, reply);
    const { limits } = this.ports;
    const address = request.ip;
    limits.refuseFlood(address);
    const found = await this.authenticated(request, address);
    if (found.session) refuseForgery(request, found.session, this.ports.sessions!.origin);
    Object.assign(request, { session: found.session, caller: found.caller });
    if (access.permission === 'session' && found.session) {
      limits.count(sessionCaller(found), address, reply);
      if (access.quota) limits.countQuota(sessionCaller(found), access.quota, reply);
      return true;
    }
    const { caller } = found;
    if (!caller) throw this.denied(request, 'workspace-not-found', 'You are a member of no such workspace.');
    if (found.fromForbiddenAddress) {
      limits.countElsewhere(caller, address);
      throw this.denied(request, 'address-not-allowed', undefined, { caller });
    }
    limits.count(caller, address, reply);
    this.check(request, caller, found, access);
    // Last: whoever may not do it uses up nothing of what their workspace may.
    if (access.quota) limits.countQuota(caller, access.quota, reply);
    return true;
  }

  /** @throws Problem where nobody is found; where nobody can say yet, a stranger is limited all the same */
  private async authenticated(request: RequestWithCaller, address: string): Promise<Authenticated> {
    const found = await authenticate(this.ports, request).catch((error: unknown) => {
      this.ports.limits.countUnknown(address);
      throw error;
    });
    if (!found) throw this.unauthenticated(request);
    return found;
  }

  private check(request: RequestWithCaller, caller: Caller, found: Authenticated, access: RouteAccess): void {
    if (!mayUse(caller, access.permission)) throw this.lacksPermission(request, caller, access.permission);
    if (found.suspended && !access.whileSuspended)
      throw new Problem('workspace-suspended', 'An admin of the workspace can resume it.');
    if (access.freshSignIn) requireFreshSignIn(caller);
  }

  /** A route that says nothing stays closed. */
  private isPublic(context: ExecutionContext, request: RequestWithCaller, reply: FastifyReply): boolean {
    const open = this.reflector.getAllAndOverride<{ limited: boolean } | undefined>(publicRoute, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!open) throw new Problem('forbidden');
    if (open.limited) this.ports.limits.countPublic(request.ip, reply);
    return true;
  }

  private unauthenticated(request: RequestWithCaller): Problem {
    if (this.ports.sessions)
      return this.denied(
        request,
        'not-signed-in',
        request.headers.authorization === undefined
          ? 'Sign in at /admin/sign-in.'
          : 'Keys are for /v1/…; here people sign in, at /admin/sign-in.',
        { challenge: 'Cookie realm="evergrant"' },
      );
    return this.denied(
      request,
      'invalid-api-key',
      'Send `Authorization: Bearer <api key>` with a key that is neither revoked nor expired, or the token of a workload that an identity of the workspace fits, for its `audience` alone.',
      { challenge: realm },
    );
  }

  private lacksPermission(request: RequestWithCaller, caller: Caller, permission: Permission): Problem {
    if (caller.role !== undefined) {
      const needed = rolesWith(permission);
      const detail = `You are ${caller.role} here; it needs the permission ${permission}`;
      const who = needed.length > 0 ? `, which ${needed.join(' and ')} have.` : ', which no person has.';
      return this.denied(request, 'insufficient-role', detail + who, {
        caller,
        members: { permission, roles: needed },
      });
    }
    const detail = isScope(permission)
      ? `It needs the scope ${permission}.`
      : 'It needs a person who signed in.';
    const challenge = `${realm}, error="insufficient_scope", scope="${permission}"`;
    return this.denied(request, 'insufficient-scope', detail, { caller, challenge });
  }

  private denied(
    request: RequestWithCaller,
    reason: ProblemSlug,
    detail: string | undefined,
    {
      caller,
      challenge,
      members,
    }: { caller?: Caller; challenge?: string; members?: ProblemExtra['members'] } = {},
  ): Problem {
    if (!caller) this.ports.limits.countDenied(request.ip);
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    this.ports.denials.record({ address: request.ip, route, reason, caller, requestId: requestId() });
    return new Problem(reason, detail, {
      ...(challenge && { headers: { 'www-authenticate': challenge } }),
      ...(members && { members }),
    });
  }
}

/** For what a person may do only just after they proved who they are (RFC 9470). A key's rights are not about presence. */
export function requireFreshSignIn({ role, authenticatedAt }: Caller): void {
  if (role === undefined || authenticatedAt === undefined) return;
  if (Date.now() - authenticatedAt.getTime() <= freshSignInSeconds * 1_000) return;
  throw new Problem('insufficient-user-authentication', 'Sign in again, and repeat it within five minutes.', {
    headers: {
      'www-authenticate': `Bearer error="insufficient_user_authentication", max_age=${freshSignInSeconds}`,
    },
    members: {
      max_age: freshSignInSeconds,
      authenticated_at: authenticatedAt.toISOString(),
      sign_in: `/admin/sign-in?max_age=${freshSignInSeconds}`,
    },
  });
}

/** For its limits a session without a workspace counts as the person alone. */
function sessionCaller({ caller, session }: Authenticated): Caller {
  const { id, name } = session!.person;
  return caller ?? { workspace: id, actor: { type: 'user', id, name }, permissions: new Set() };
}
