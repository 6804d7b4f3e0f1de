import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest, RouteOptions } from 'fastify';

interface BodyRules {
  /** Bytes, in place of what holds for all routes. */
  bodyLimit?: number;
  /** The JSON is handed over as the bytes that came. */
  rawBody?: boolean;
}

/** The route takes bodies of another size than the others, in bytes. */
export function BodyLimit(bytes: number): MethodDecorator {
  return RouteConfig({ bodyLimit: bytes } satisfies BodyRules);
}

/** The body is the Buffer of JSON that came, not parsed: what a signature over it is checked against. */
export function RawBody({ limit }: { limit?: number } = {}): MethodDecorator {
  return RouteConfig({ rawBody: true, ...(limit !== undefined && { bodyLimit: limit }) } satisfies BodyRules);
}

export function wantsRawBody({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean {
  return (routeOptions.config as BodyRules).rawBody === true;
}

/** Fastify knows a limit of the route beside its config only. */
export function applyBodyLimit(route: RouteOptions): void {
  const { bodyLimit } = (route.config ?? {}) as BodyRules;
  if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
}
