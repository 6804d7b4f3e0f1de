import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { type UpstreamName, upstreamNames } from '#platform';
import { UpstreamClient } from '../upstreams/upstream.client.js';
import { type ProxyFailure, proxyPlugin } from './proxy.plugin.js';
import { TrustedProxies } from './trusted-proxies.js';

interface Seen {
  replica: string;
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The proxy in front of services of a few lines, closed after each test. */
const opened: { close(): unknown }[] = [];
export const seen: Seen[] = [];
/** Where nobody listens. */
export let deadOrigin: string;

export function useProxy(): void {
  beforeAll(async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    deadOrigin = originOf(server);
    server.close();
    await once(server, 'close');
  });
  beforeEach(() => void (seen.length = 0));
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });
}

function originOf(server: { address(): unknown }): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service that tells what it was asked, or does as `answer` says. */
export async function replica(name: string, answer?: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(async (request, response) => {
    if (answer) return answer(request, response);
    const body = await text(request);
    const { method = '', url = '', headers } = request;
    seen.push({ replica: name, method, url, headers, body });
    response.writeHead(200, { 'content-type': 'application/json', 'x-replica': name });
    response.end(JSON.stringify({ replica: name }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return originOf(server);
}

export async function gateway(origins: Partial<Record<UpstreamName, string[]>>, answerTimeoutMs = 5_000) {
  const upstreams = new Map(
    upstreamNames.map((name) => [
      name,
      new UpstreamClient({
        name,
        origins: origins[name] ?? [deadOrigin],
        connectTimeoutMs: 500,
        answerTimeoutMs,
      }),
    ]),
  );
  const app = Fastify({ genReqId: () => 'req_1' });
  const failed = (failure: ProxyFailure): Error => {
    const kind = typeof failure === 'string' ? failure : `${failure.upstream} ${failure.failure}`;
    const status = { 'ambiguous-path': 400, 'no-owner': 404, internal: 500 }[kind] ?? 503;
    return Object.assign(new Error(kind), { statusCode: status });
  };
  await app.register(proxyPlugin, {
    endless: new Set<{ destroy(): void }>(),
    upstreams,
    proxies: new TrustedProxies([]),
    failed,
    landing: { html: '<h1>landing</h1>', policy: 'none' },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  opened.push({ close: () => Promise.all([...upstreams.values()].map((upstream) => upstream.close())) });
  opened.push(app);
  return { url: originOf(app.server), app: app as FastifyInstance, upstreams };
}

/** Writes a request line exactly as given, which fetch would tidy up. */
export async function raw(url: string, head: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`${head}\r\nHost: gateway.test\r\nConnection: close\r\n\r\n`);
  return text(socket);
}
