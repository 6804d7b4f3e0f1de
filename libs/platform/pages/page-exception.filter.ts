import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemOf } from '../problem/problem-of.js';
import { outagePage, resultPage } from './result-page.js';
import { sendPage } from './send-page.js';

/** Routes that a browser visits answer every error with a page. */
@Catch()
export class PageExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(PageExceptionFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    const problem = problemOf(error);
    if (problem.status >= 500) {
      this.logger.error({ err: problem.cause ?? problem, problem: problem.slug });
      return sendPage(reply, outagePage());
    }
    sendPage(
      reply,
      resultPage({
        status: problem.status,
        heading: problem.slug === 'rate-limited' ? 'Too many requests' : 'This address is not right',
        happened: 'The page cannot be shown as it was asked for.',
        advice: 'Open the link that you were given again, whole and unchanged.',
        retryAfterSeconds: problem.extra.retryAfterSeconds,
      }),
    );
  }
}
