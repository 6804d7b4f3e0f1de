import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

export const formMediaType = 'application/x-www-form-urlencoded';

/** The route's body is form-encoded (RFC 7662 and its kin) and nothing else. */
export function FormEncoded(): MethodDecorator {
  return applyDecorators(RouteConfig({ formEncoded: true }), ApiConsumes(formMediaType));
}

/** Whether the body is of the kind that its route takes: a form where it says so, JSON elsewhere; a proxy's any. */
export function hasRightMediaType(request: FastifyRequest): boolean {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given === undefined) return true;
  const { formEncoded, passesBodies } = request.routeOptions.config as {
    formEncoded?: boolean;
    passesBodies?: boolean;
  };
  if (passesBodies) return true;
  // Fastify takes text for what it is, and a string is not the JSON that was written in it.
  return given !== 'text/plain' && (given === formMediaType) === (formEncoded ?? false);
}
