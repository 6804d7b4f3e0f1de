import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem, problemOf, sendProblem } from '#platform';
import { SecurityEventError } from '#resource-server';
import { CredentialRefused } from './credential-refused.js';

/** RFC 8935 2.3: what is wrong with a request is told as `err` and `description`; what is wrong here, as a problem. */
@Catch()
export class SecurityEventFilter implements ExceptionFilter {
  private readonly logger = new Logger(SecurityEventFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    const refusal = refusalIn(error);
    if (refusal) return send(reply, refusal);
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error({ err: problem.cause ?? problem, problem: problem.slug });
    sendProblem(reply, problem);
  }
}

function refusalIn(error: unknown): SecurityEventError | undefined {
  if (error instanceof SecurityEventError) return error;
  if (error instanceof Problem && error.slug === 'invalid-request')
    return new SecurityEventError('invalid_request', error.detail ?? 'the request is not valid');
  return undefined;
}

function send(reply: FastifyReply, refusal: SecurityEventError): void {
  const status = refusal instanceof CredentialRefused ? refusal.status : 400;
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="evergrant"');
  void reply
    .status(status)
    .headers({ 'cache-control': 'no-store', 'content-language': 'en' })
    .type('application/json')
    .send(JSON.stringify({ err: refusal.code, description: refusal.description }));
}
