import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const context = new AsyncLocalStorage<string>();
const acceptable = /^[A-Za-z0-9_.-]{8,128}$/;

/** The id of the request or job being worked on, for logs, audit entries and jobs. */
export function requestId(): string | undefined {
  return context.getStore();
}

/** Runs a job under the id of the request that caused it, or under a new one. */
export function runWithRequestId<T>(id: string | undefined, work: () => T): T {
  return context.run(id ?? newRequestId(), work);
}

/** The caller's X-Request-Id where it is a plain one, else a new id. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : newRequestId();
}

const process = randomBytes(12).toString('base64url');
let count = 0;

/** Unique, and no secret: a process's random part and a count. */
function newRequestId(): string {
  count += 1;
  return `req_${process}${count.toString(36)}`;
}
