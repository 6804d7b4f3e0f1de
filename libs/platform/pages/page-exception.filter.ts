import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemOf } from '../problem/problem-of.js';
import { outagePage, resultPage } from './result-page.js';
import { sendPage } from './send-page.js';

const tooMany = {
  heading: 'Too many requests',
  happened: 'More came from your network than we answer in a minute. Nothing of your link was used up.',
  advice: 'Wait a minute, then reload this page.',
};

const wrongAddress = {
  heading: 'This address is not right',
  happened: 'The page cannot be shown as it was asked for.',
  advice: 'Open the link that you were given again, whole and unchanged.',
};

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
    const words = problem.slug === 'rate-limited' ? tooMany : wrongAddress;
    const { retryAfterSeconds } = problem.extra;
    sendPage(reply, resultPage({ ...words, status: problem.status, retryAfterSeconds }));
  }
}
