import { applyDecorators, Header } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { problemCatalogue, type ProblemSlug } from '../problem/problem-catalogue.js';

/** Documents a success: status, schema of the body, and what it means. */
export function ApiAnswer(status: number, schema: z.ZodType, description = 'Success'): MethodDecorator {
  return ApiResponse({ status, description, standardSchema: schema as never });
}

const documented = new WeakMap<object, Set<ProblemSlug>>();

/** Documents the problems that a route answers, each once over all uses on one method. */
export function ApiProblems(...slugs: ProblemSlug[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const known = documented.get(handler) ?? new Set<ProblemSlug>();
    documented.set(handler, known);
    const fresh = slugs.filter((slug) => !known.has(slug));
    // Swagger joins the descriptions of one status, so only what is new may be told.
    const byStatus = Map.groupBy(fresh, (slug) => problemCatalogue[slug].status);
    for (const slug of fresh) known.add(slug);
    for (const [status, all] of byStatus) problemResponse(status, all)(target, property, descriptor);
  };
}

function problemResponse(status: number, slugs: readonly ProblemSlug[]): MethodDecorator {
  return ApiResponse({ status, ...problemAnswer(slugs) });
}

/** What a document says of problems that have one status. */
export function problemAnswer(slugs: readonly ProblemSlug[]) {
  const description = slugs.map((slug) => `\`${slug}\`: ${problemCatalogue[slug].title}`).join('. ');
  return {
    description: `${description}.`,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** The answer holds a secret: nobody on the way may keep it. */
export function NoStore(): MethodDecorator {
  return applyDecorators(Header('cache-control', 'no-store'));
}
