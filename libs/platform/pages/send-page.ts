import type { FastifyReply } from 'fastify';
import { type Page, pagePolicyFor } from './page.js';

/** Nobody keeps a page of a connect link or a callback, and no address of ours travels on as a referrer. */
const headers = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

export function sendPage(reply: FastifyReply, page: Page): void {
  void reply.headers(headers).header('content-security-policy', pagePolicyFor(page));
  // Under `no-referrer` browsers post a form with `Origin: null` (Fetch 3.2), and it would look forged.
  if (page.hasForm) void reply.header('referrer-policy', 'same-origin');
  if (page.retryAfterSeconds !== undefined) void reply.header('retry-after', String(page.retryAfterSeconds));
  void reply.status(page.status).type('text/html; charset=utf-8').send(page.html);
}

/** Sends the browser elsewhere by GET, whatever it did here. */
export function sendAway(reply: FastifyReply, url: string): void {
  void reply
    .headers(headers)
    .header('content-security-policy', pagePolicyFor({}))
    .status(303)
    .header('location', url)
    .send();
}
