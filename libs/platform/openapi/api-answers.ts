import { applyDecorators, Header } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { problemCatalogue, type ProblemSlug } from '../problem/problem-catalogue.js';

/** Documents a success: status, schema of the body, and what it means. */
export function ApiAnswer(status: number, schema: z.ZodType, description = 'Success'): MethodDecorator {
  return ApiResponse({ status, description, standardSchema: schema as never });
}

const documented = new WeakMap<object, Map<number, Set<ProblemSlug>>>();

/** Documents the problems that a route answers, merged by status over all uses on one method. */
export function ApiProblems(...slugs: ProblemSlug[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const byStatus = documented.get(handler) ?? new Map<number, Set<ProblemSlug>>();
    documented.set(handler, byStatus);
    for (const slug of slugs) {
      const { status } = problemCatalogue[slug];
      byStatus.set(status, (byStatus.get(status) ?? new Set<ProblemSlug>()).add(slug));
    }
    for (const [status, all] of byStatus) problemResponse(status, [...all])(target, property, descriptor);
  };
}

function problemResponse(status: number, slugs: readonly ProblemSlug[]): MethodDecorator {
  const description = slugs.map((slug) => `\`${slug}\`: ${problemCatalogue[slug].title}`).join('. ');
  return ApiResponse({
    status,
    description: `${description}.`,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
}

/** The answer holds a secret: nobody on the way may keep it. */
export function NoStore(): MethodDecorator {
  return applyDecorators(Header('cache-control', 'no-store'));
}
