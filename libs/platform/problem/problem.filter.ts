import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { requestId } from '../http/request-context.js';
import { problemDocument, type Problem } from './problem.js';
import { problemOf } from './problem-of.js';

/** The one place where errors become answers: `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    const oauth = oauthAnswer(error);
    if (oauth) {
      void reply.status(oauth.status).header('cache-control', 'no-store').send(oauth.body);
      return;
    }
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error({ err: problem.cause ?? problem, problem: problem.slug });
    sendProblem(reply, problem);
  }
}

/** Sends a problem on a reply of Fastify. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { headers, retryAfterSeconds } = problem.extra;
  if (headers) void reply.headers(headers);
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  void reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problemDocument(problem, requestId())));
}

/** Routes that speak RFC 6749 and its kin throw an HttpException whose body has `error`. */
function oauthAnswer(error: unknown): { status: number; body: object } | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const body = error.getResponse();
  if (typeof body !== 'object' || !('error_description' in body)) return undefined;
  return { status: error.getStatus(), body };
}
