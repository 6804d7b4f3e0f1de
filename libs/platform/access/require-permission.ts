import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/api-answers.js';
import type { Caller } from './caller.js';
import type { Permission } from './permissions.js';
import type { Quota } from './request-limits.js';
import type { FoundSession } from './session-directory.js';

export const routePermission = 'evergrant:permission';
export const publicRoute = 'evergrant:public';

/** What a route asks of whoever calls it. */
export interface RouteAccess {
  permission: Permission;
  /** A person must have signed in within the last five minutes (RFC 9470). */
  freshSignIn?: boolean;
  /** The expensive kind of work that it is, counted per workspace. */
  quota?: Quota;
  /** It stays open while the workspace is suspended. */
  whileSuspended?: boolean;
}

/** The one statement of what a route needs: the guard enforces it, and the OpenAPI document shows it. */
export function RequirePermission(
  permission: Permission,
  options: Omit<RouteAccess, 'permission'> = {},
): MethodDecorator {
  const access: RouteAccess = { permission, ...options };
  return applyDecorators(
    SetMetadata(routePermission, access),
    ApiExtension('x-permission', permission),
    ...(options.freshSignIn
      ? [ApiExtension('x-fresh-sign-in', true), ApiProblems('insufficient-user-authentication')]
      : []),
    ApiProblems('invalid-request', 'rate-limited', 'internal-error', 'service-unavailable'),
    ...(options.whileSuspended || permission === 'session' ? [] : [ApiProblems('workspace-suspended')]),
  );
}

/** For a person with a session in the dashboard: every route of admin. */
export function ApiSession(): ClassDecorator & MethodDecorator {
  return ApiCookieAuth('session');
}

/**
 * The route is open to everybody, on purpose.
 * @param limited a page or endpoint for strangers: counted per address
 */
export function Public({ limited = false } = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(publicRoute, { limited }), ApiExtension('x-permission', 'public'));
}

export interface RequestWithCaller extends FastifyRequest {
  caller?: Caller;
  session?: FoundSession;
}

/** The caller that the access guard found. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<RequestWithCaller>();
  if (!caller) throw new Error('CurrentCaller on a route without RequirePermission');
  return caller;
});

/** The session of a route that asks for the permission `session`. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): FoundSession => {
  const { session } = context.switchToHttp().getRequest<RequestWithCaller>();
  if (!session) throw new Error('CurrentSession on a route that people without a session may call');
  return session;
});
