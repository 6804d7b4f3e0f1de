import { SetMetadata, type ExecutionContext } from '@nestjs/common';

const repeatableRoute = 'evergrant:repeatable';

/**
 * Doing it twice is as doing it once, at the same time as well. Asked again under its key while the first may still be
 * under way (or was killed with its process), it is done, not refused.
 */
export function Repeatable<B extends object>(isRepeatable: (body: B) => boolean): MethodDecorator {
  return SetMetadata(repeatableRoute, isRepeatable);
}

/** Whether the route said so of this body. */
export function mayRepeat(context: ExecutionContext, body: unknown): boolean {
  const said: unknown = Reflect.getMetadata(repeatableRoute, context.getHandler());
  if (typeof said !== 'function' || typeof body !== 'object' || body === null) return false;
  return said(body) === true;
}
