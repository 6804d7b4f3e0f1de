import { promisify } from 'node:util';
import {
  brotliDecompress,
  gunzip,
  inflate,
  inflateRaw,
  zstdDecompress,
  type BrotliOptions,
  type ZlibOptions,
  type ZstdOptions,
} from 'node:zlib';
import type { RawAnswer } from './exchange.js';
import { reasonOf } from './failure.js';
import { OutboundError, type OutboundErrorCode } from './outbound-error.js';

export interface OutboundAnswer {
  status: number;
  headers: Headers;
  /** Decoded, however it was encoded on the way. */
  body: Buffer;
}

type Decoder = (encoded: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>;

const unzip: Decoder = promisify<Buffer, ZlibOptions, Buffer>(gunzip);
const inflateZlib: Decoder = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const inflateBare: Decoder = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);

const decoders = new Map<string, Decoder>([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['br', promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress)],
  ['zstd', promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)],
  // Some servers that say deflate leave out the zlib header, whose first byte has 8 in its low bits.
  ['deflate', (body, limits) => (((body[0] ?? 8) & 0x0f) === 8 ? inflateZlib : inflateBare)(body, limits)],
]);

/**
 * We ask for `identity`, yet a proxy that compresses all the same must not cost a rotated token: decode, within bounds.
 * @throws OutboundError `body-too-large`, `encoding-unsupported` or `response-malformed`, always `ambiguous`.
 */
export async function decodeAnswer(raw: RawAnswer, host: string, maxBytes: number): Promise<OutboundAnswer> {
  const refuse = (code: OutboundErrorCode) =>
    new OutboundError(code, 'ambiguous', { host, status: raw.status });
  const headers = toHeaders(raw.headers);
  const encodings = (headers.get('content-encoding') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > 2) throw refuse('encoding-unsupported');
  let { body } = raw;
  for (const encoding of encodings.reverse()) {
    const decode = decoders.get(encoding);
    if (!decode) throw refuse('encoding-unsupported');
    if (body.length === 0) break;
    body = await decode(body, { maxOutputLength: maxBytes }).catch((error: unknown) => {
      throw refuse(reasonOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'body-too-large' : 'response-malformed');
    });
  }
  if (encodings.length > 0) {
    headers.delete('content-encoding');
    headers.delete('content-length');
  }
  return { status: raw.status, headers, body };
}

function toHeaders(received: RawAnswer['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) {
      try {
        headers.append(name, item);
      } catch {
        // A header that no fetch would show is of no use to anyone; the answer around it may be a rotated token.
      }
    }
  }
  return headers;
}

/** The answer as fetch would give it, for libraries that read a Response. The answer stays whole and can be kept. */
export function toResponse({ status, headers, body }: OutboundAnswer): Response {
  if (status < 200 || status > 599) throw new OutboundError('response-malformed', 'ambiguous', { status });
  const withoutBody = status === 204 || status === 205 || status === 304;
  return new Response(withoutBody ? null : new Uint8Array(body), { status, headers });
}
