import type { IncomingHttpHeaders } from 'node:http';
import type { Client } from './trusted-proxies.js';

/** Meant for the next hop only (RFC 9110 section 7.6.1), never passed on in either direction. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** The same, and what a client must not be able to claim, and `expect`, which our server has already answered. */
const notForServices: ReadonlySet<string> = new Set([
  ...hopByHop,
  'host',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-original-url',
  'x-rewrite-url',
  'x-real-ip',
  'expect',
]);

/** What the gateway itself says of a request. */
export interface ClientFacts extends Client {
  requestId: string;
}

type Headers = IncomingHttpHeaders | Record<string, string | string[] | undefined>;

/** The headers for the service behind: ours in place of the client's claims; `host` is the replica's own. */
export function requestHeaders(headers: Headers, client: ClientFacts, hasBody: boolean): IncomingHttpHeaders {
  const kept = without(headers, notForServices);
  if (!hasBody) delete kept['content-length'];
  kept['x-forwarded-for'] = client.address;
  kept['x-forwarded-proto'] = client.protocol;
  if (client.host) kept['x-forwarded-host'] = client.host;
  kept['x-request-id'] = client.requestId;
  return kept;
}

/** The headers for the client. */
export function responseHeaders(headers: Headers): IncomingHttpHeaders {
  return without(headers, hopByHop);
}

function without(headers: Headers, names: ReadonlySet<string>): IncomingHttpHeaders {
  const alsoNamed = namedIn(headers.connection);
  const kept: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!names.has(name) && !alsoNamed?.has(name)) kept[name] = value;
  }
  return kept;
}

/** A Connection header names further headers of that kind; most name none. */
function namedIn(connection: string | string[] | undefined): Set<string> | undefined {
  if (!connection || connection === 'keep-alive' || connection === 'close') return undefined;
  const names = String(connection).toLowerCase().split(',');
  return new Set(names.map((name) => name.trim()));
}
