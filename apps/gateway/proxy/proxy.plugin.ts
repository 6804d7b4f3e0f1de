import { Readable } from 'node:stream';
import replyFrom, { type FastifyReplyFromHooks, type FastifyReplyFromOptions } from '@fastify/reply-from';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canonicalPath } from '../routing/request-target.js';
import { ownerOf, type UpstreamName } from '#platform';
import { type UpstreamResponse, WholeBody } from '../upstreams/answer-handler.js';
import type { UpstreamClient, UpstreamRequest } from '../upstreams/upstream.client.js';
import { UpstreamError } from '../upstreams/upstream-error.js';
import { type ClientFacts, requestHeaders, responseHeaders } from './proxied-headers.js';
import type { TrustedProxies } from './trusted-proxies.js';

export type ProxyFailure = 'ambiguous-path' | 'no-owner' | 'internal' | UpstreamError;

export interface ProxyOptions {
  upstreams: ReadonlyMap<UpstreamName, UpstreamClient>;
  proxies: TrustedProxies;
  /** Makes the error to answer with; whoever sets the error handler knows its shape. */
  failed: (failure: ProxyFailure) => Error;
  /** The HTML that `/` shows where the admin service has no page. */
  landing: { html: string; policy: string };
  /** Answers that have no end of their own; whoever shuts down ends them. */
  endless: Set<{ destroy(): void }>;
}

/** Passes every path that is not the gateway's own to the service that owns it, bodies untouched both ways. */
export async function proxyPlugin(fastify: FastifyInstance, options: ProxyOptions): Promise<void> {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  await fastify.register(replyFrom, {
    undici: transportOver(options.upstreams),
    disableRequestLogging: true,
  });

  const hooks = hooksOf(options);
  fastify.all('/*', { config: { passesBodies: true } }, (request, reply) => {
    const path = canonicalPath(request.raw.url ?? '');
    if (path === undefined) throw options.failed('ambiguous-path');
    const owner = ownerOf(path);
    if (owner === undefined) throw options.failed('no-owner');
    return reply.from(path, path === '/' ? hooks.front : hooks.upstream[owner]);
  });
}

/** The origin of a URL names the service; its client chooses the replica. */
function transportOver(upstreams: ProxyOptions['upstreams']): FastifyReplyFromOptions['undici'] {
  const byOrigin = new Map([...upstreams].map(([name, upstream]) => [originOf(name), upstream]));
  const request = (
    { origin, path, method, headers, body }: UpstreamRequest & { origin: string },
    answered: (error: Error | null, response?: UpstreamResponse) => void,
  ): void => {
    const upstream = byOrigin.get(origin);
    if (upstream) upstream.request({ path, method, headers, body }, answered);
    else answered(new Error(`no service at ${origin}`));
  };
  return { request } as FastifyReplyFromOptions['undici'];
}

function originOf(name: UpstreamName): string {
  return `http://${name}`;
}

function hooksOf(options: ProxyOptions) {
  const hooksFor = (name: UpstreamName): FastifyReplyFromHooks => ({
    getUpstream: () => originOf(name),
    rewriteRequestHeaders: (request, headers) =>
      requestHeaders(headers, factsOf(request, options.proxies), hasBody(request)),
    rewriteHeaders: (headers) => responseHeaders(headers),
    onResponse: (_request, reply, { stream }) => {
      const content = contentOf(stream);
      if (content instanceof Readable && isEventStream(reply)) keep(content, options.endless);
      reply.send(content);
    },
    onError: (reply, { error }) => void reply.send(options.failed(failureIn(error))),
    // The library repeats a GET answered by 503 up to ten times; a service that says 503 is believed instead.
    retryDelay: () => null,
  });
  const upstream: Record<UpstreamName, FastifyReplyFromHooks> = {
    'auth-flow': hooksFor('auth-flow'),
    'revocation-audit': hooksFor('revocation-audit'),
    admin: hooksFor('admin'),
  };
  return { upstream, front: { ...upstream.admin, onResponse: orLanding(options.landing) } };
}

/** Sends the admin service's page on, and ours where it has none. */
function orLanding({ html, policy }: ProxyOptions['landing']): FastifyReplyFromHooks['onResponse'] {
  return (request, reply, response) => {
    const asksForPage = request.method === 'GET' || request.method === 'HEAD';
    if (response.statusCode !== 404 || !asksForPage) {
      reply.send(contentOf(response.stream));
      return;
    }
    response.stream.destroy();
    for (const name of Object.keys(reply.getHeaders())) if (name !== 'x-request-id') reply.removeHeader(name);
    reply.code(200).header('content-security-policy', policy).header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer').type('text/html; charset=utf-8').send(html);
  };
}

function isEventStream(reply: { getHeader(name: string): unknown }): boolean {
  return String(reply.getHeader('content-type')).startsWith('text/event-stream');
}

function keep(stream: Readable, endless: ProxyOptions['endless']): void {
  endless.add(stream);
  stream.once('close', () => endless.delete(stream));
}

/** A whole body is sent as bytes; the library knows only streams, and hands on what it is given. */
function contentOf(body: unknown): unknown {
  return body instanceof WholeBody ? body.content : body;
}

type Asked = Pick<FastifyRequest, 'id' | 'body' | 'socket' | 'headers'>;

/** Of the socket, not of Fastify: its own idea of trusted proxies is wider than ours. */
function factsOf({ id, socket, headers }: Asked, proxies: TrustedProxies): ClientFacts {
  const protocol = 'encrypted' in socket ? 'https' : 'http';
  return { ...proxies.clientOf(socket.remoteAddress ?? '', protocol, headers), requestId: id };
}

function hasBody(request: Asked): boolean {
  return request.body !== undefined && request.body !== null;
}

function failureIn(error: Error): ProxyFailure {
  return error.cause instanceof UpstreamError ? error.cause : 'internal';
}
