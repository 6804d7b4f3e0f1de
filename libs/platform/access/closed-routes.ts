import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { publicRoute, requiredScope } from './require-scope.js';

/** Refuses to start a service with a route that names neither a scope nor that it is public. */
@Injectable()
export class ClosedRoutes implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.discovery.getControllers().flatMap(({ metatype }) => {
      if (!metatype) return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => this.isUndeclaredRoute(prototype[name]!, metatype))
        .map((name) => `${metatype.name}.${name}`);
    });
    if (open.length > 0) throw new Error(`Routes without RequireScope or Public: ${open.join(', ')}`);
  }

  private isUndeclaredRoute(handler: () => unknown, controller: object): boolean {
    if (Reflect.getMetadata(PATH_METADATA, handler) === undefined) return false;
    if (this.reflector.get<string | undefined>(requiredScope, handler)) return false;
    return !this.reflector.getAllAndOverride<boolean | undefined>(publicRoute, [
      handler,
      controller as never,
    ]);
  }
}
