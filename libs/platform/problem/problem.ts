import { z } from 'zod';
import { problemCatalogue, type ProblemSlug } from './problem-catalogue.js';

export interface Fault {
  /** JSON Pointer into the request (RFC 6901): `/body` is left out, `/query/limit` and `/path/id` are named. */
  pointer: string;
  detail: string;
}

export interface ProblemExtra {
  errors?: readonly Fault[];
  retryAfterSeconds?: number;
  headers?: Readonly<Record<string, string>>;
  /** Extension members of RFC 9457. Never a secret. */
  members?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** What services throw: becomes `application/problem+json`. `detail` is for the caller and never holds a secret. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly slug: ProblemSlug,
    readonly detail?: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(detail ? `${slug}: ${detail}` : slug, { cause: extra.cause });
  }

  get status(): number {
    return problemCatalogue[this.slug].status;
  }
}

export const problemSchema = z
  .looseObject({
    type: z.string().describe('/problems/<slug>: stable, compare this'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
    request_id: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

/** The body of a problem (RFC 9457). */
export function problemDocument(problem: Problem, requestId?: string): Record<string, unknown> {
  const { status, title } = problemCatalogue[problem.slug];
  return {
    type: `/problems/${problem.slug}`,
    title,
    status,
    ...(problem.detail !== undefined && { detail: problem.detail }),
    ...(problem.extra.errors && { errors: problem.extra.errors }),
    ...problem.extra.members,
    ...(requestId !== undefined && { request_id: requestId }),
  };
}
