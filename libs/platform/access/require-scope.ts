import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/api-answers.js';
import type { Caller, Scope } from './caller.js';

export const requiredScope = 'evergrant:required-scope';
export const publicRoute = 'evergrant:public';

/** The route needs an API key (or an assertion of ours) with this scope. */
export function RequireScope(scope: Scope): MethodDecorator {
  return applyDecorators(
    SetMetadata(requiredScope, scope),
    ApiBearerAuth('api_key'),
    ApiExtension('x-required-scope', scope),
    ApiProblems(
      'invalid-request',
      'invalid-api-key',
      'insufficient-scope',
      'rate-limited',
      'internal-error',
      'service-unavailable',
    ),
  );
}

/** The route is open to everybody, on purpose. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(publicRoute, true);
}

export interface RequestWithCaller extends FastifyRequest {
  caller?: Caller;
}

/** The caller that the access guard found. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<RequestWithCaller>();
  if (!caller) throw new Error('CurrentCaller on a route without RequireScope');
  return caller;
});
