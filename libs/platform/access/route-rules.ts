import { Injectable, RequestMethod, UseInterceptors } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { publicRoute, routePermission, type RouteAccess } from './require-permission.js';

interface Route {
  name: string;
  controller: new (...args: never[]) => object;
  property: string;
  handler: () => unknown;
}

/**
 * What holds for all routes, set before the router is built: each names a permission or that it is public, or the service
 * does not start; a POST takes an Idempotency-Key, and reads do not pay for that.
 */
@Injectable()
export class RouteRules {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    idempotency: IdempotencyInterceptor,
  ) {
    const routes = this.routes();
    const undeclared = routes.filter((route) => this.isUndeclared(route)).map(({ name }) => name);
    if (undeclared.length > 0)
      throw new Error(`Routes without RequirePermission or Public: ${undeclared.join(', ')}`);
    for (const { controller, property, handler } of routes.filter(isPost))
      UseInterceptors(idempotency)(controller.prototype as object, property, { value: handler });
  }

  private routes(): Route[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (!metatype) return [];
      const controller = metatype as Route['controller'];
      const prototype = controller.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((property) => ({
          name: `${controller.name}.${property}`,
          controller,
          property,
          handler: prototype[property]!,
        }))
        .filter(({ handler }) => Reflect.getMetadata(PATH_METADATA, handler) !== undefined);
    });
  }

  private isUndeclared({ handler, controller }: Route): boolean {
    if (this.reflector.get<RouteAccess | undefined>(routePermission, handler)) return false;
    return !this.reflector.getAllAndOverride<object | undefined>(publicRoute, [handler, controller]);
  }
}

function isPost({ handler }: Route): boolean {
  return Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.POST;
}
