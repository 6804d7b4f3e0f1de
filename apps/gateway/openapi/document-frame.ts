import type { OpenApiDocument } from './openapi-document.js';

/** What the merged document says of itself; paths, webhooks and components come from the services. */
export const documentFrame: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Evergrant',
    version: '0.1.0',
    description:
      'Keeps third-party OAuth connections alive: connect, renew, read, revoke, prove.\n\n' +
      'Errors are `application/problem+json` (RFC 9457) with a stable `type` under `/problems`. ' +
      'Every POST takes an `Idempotency-Key`. Times are RFC 3339 in UTC.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
};
