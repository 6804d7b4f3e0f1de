import { randomBytes } from 'node:crypto';
import { relative, sep } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownerOf, Problem, sendPage, sendProblem } from '#platform';
import type { DashboardBuild } from './dashboard-build.js';
import { dashboardPolicy, notBuiltPage, pageHeaders, withNonce } from './dashboard-page.js';

const aYear = 'public, max-age=31536000, immutable';

/** First segments of ours where an unknown path is a mistake: no page hides that. */
const neverPages: ReadonlySet<string> = new Set(['admin', 'assets']);

/** Serves the dashboard: its files as they are, and its one page at every address that is a browser's to show. */
export async function dashboardPlugin(
  fastify: FastifyInstance,
  { build }: { build: DashboardBuild },
): Promise<void> {
  if (build.index !== undefined) await fastify.register(fastifyStatic, filesOf(build));
  fastify.get('/*', (request, reply) => {
    if (isPage(request)) sendIndex(reply, build.index);
    else sendProblem(reply, new Problem('not-found'));
    return reply;
  });
}

/** Each file is a route of its own, found at the start: what is not built is not looked for on the disk. */
function filesOf({ folder }: DashboardBuild): FastifyStaticOptions {
  return {
    root: folder,
    wildcard: false,
    index: false,
    // The page goes out with a nonce, the ones beside a file only in its place.
    globIgnore: ['index.html', '**/*.br', '**/*.gz', '**/*.map'],
    preCompressed: true,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (reply, path) => {
      const isHashed = relative(folder, path).startsWith(`assets${sep}`);
      void reply.header('cache-control', isHashed ? aYear : 'public, no-cache');
      void reply.header('cross-origin-resource-policy', 'same-origin');
    },
  };
}

/** A browser that goes somewhere; scripts and tools that ask for an address that is not there get a problem. */
function isPage({ url, headers }: FastifyRequest): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  const [, first = ''] = path.split('/', 2);
  if (ownerOf(path) !== 'admin' || neverPages.has(first.toLowerCase())) return false;
  return (headers.accept ?? '').includes('text/html');
}

function sendIndex(reply: FastifyReply, index: string | undefined): void {
  if (index === undefined) return sendPage(reply, notBuiltPage);
  const nonce = randomBytes(16).toString('base64url');
  void reply.headers(pageHeaders).header('content-security-policy', dashboardPolicy(nonce));
  void reply.type('text/html; charset=utf-8').send(withNonce(index, nonce));
}
