import { OutboundError } from './outbound-error.js';

export interface OutboundRequest {
  /** GET unless told. */
  method?: string;
  headers?: Headers | Record<string, string> | [string, string][];
  body?: string | Uint8Array | URLSearchParams | null;
  /** For everything from DNS to the last byte of the body; the client's default unless told. */
  deadlineMs?: number;
  /** Never write to a socket that was kept alive: for token requests of strictly rotating providers. */
  freshSocket?: boolean;
  /** Called with the connection open and nothing written; `false` or a throw stops the request, `not_sent`. */
  beforeWrite?: () => boolean | void;
  signal?: AbortSignal;
}

export interface OutgoingMessage {
  method: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

/** Framing, routing and encoding are the client's business alone. */
const reserved =
  /^(host|connection|content-length|transfer-encoding|keep-alive|upgrade|expect|te|trailer|accept-encoding|proxy-.*)$/;

/** Checks and completes what the caller wants to send. @throws OutboundError `request-invalid`, quoting nothing. */
export function outgoingMessage(request: OutboundRequest, host: string, userAgent: string): OutgoingMessage {
  const invalid = () => new OutboundError('request-invalid', 'not_sent', { host });
  const method = (request.method ?? 'GET').toUpperCase();
  if (!/^[A-Z]{1,20}$/.test(method) || method === 'CONNECT' || method === 'TRACE') throw invalid();
  const headers = readHeaders(request.headers);
  if (!headers || [...headers.keys()].some((name) => reserved.test(name))) throw invalid();
  const body = readBody(request.body);
  if (body === undefined) throw invalid();
  if (request.body instanceof URLSearchParams && !headers.has('content-type')) {
    headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  // GitHub, among others, refuses requests without one.
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  headers.set('accept-encoding', 'identity');
  return { method, headers: Object.fromEntries(headers), body };
}

function readHeaders(init: OutboundRequest['headers']): Headers | undefined {
  try {
    return new Headers(init);
  } catch {
    // Its message quotes the value.
    return undefined;
  }
}

/** Whole bodies only: a stream that breaks half-way would be an ambiguity of our own making. */
function readBody(body: unknown): Buffer | null | undefined {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body instanceof URLSearchParams) return Buffer.from(body.toString(), 'utf8');
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return undefined;
}
