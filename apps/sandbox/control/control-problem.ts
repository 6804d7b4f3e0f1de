import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** A refusal of the control API. */
export class ControlProblem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

const pointer = (path: PropertyKey[]): string =>
  path.map((one) => `/${String(one).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');

/** RFC 9457. */
export function answerProblem(
  error: Error & { statusCode?: number },
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const invalid = error instanceof z.ZodError;
  const status = invalid ? 422 : error instanceof ControlProblem ? error.status : (error.statusCode ?? 500);
  const errors = invalid
    ? error.issues.map(({ path, message }) => ({ pointer: pointer(path), detail: message }))
    : undefined;
  return reply
    .status(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: invalid ? 'The request is not valid' : status < 500 ? error.message : 'The sandbox has failed',
      status,
      ...(errors ? { errors } : {}),
    });
}
