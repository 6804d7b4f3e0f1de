import { OAuthError } from '../oauth-error.js';

/** What a server answered, before anybody tries to understand it. */
export interface RawAnswer {
  status: number;
  /** Lower case; only those that interpretation needs. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Milliseconds since the epoch, by the clock of whoever sent. */
  receivedAt: number;
}

const kept = [
  'content-type',
  'date',
  'dpop-nonce',
  'retry-after',
  'www-authenticate',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];
const formatVersion = 1;
const prefixLength = 5;

/** Takes an answer off the wire, whole. */
export async function readAnswer(response: Response, receivedAt: Date): Promise<RawAnswer> {
  const headers: Record<string, string> = {};
  for (const name of kept) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers, body, receivedAt: receivedAt.getTime() };
}

/** The bytes to seal and land: version, length of the head, head as JSON, body as it came. */
export function encodeRawAnswer({ status, headers, body, receivedAt }: RawAnswer): Buffer {
  const head = Buffer.from(JSON.stringify({ status, headers, receivedAt }), 'utf8');
  const prefix = Buffer.alloc(prefixLength);
  prefix.writeUInt8(formatVersion, 0);
  prefix.writeUInt32BE(head.length, 1);
  return Buffer.concat([prefix, head, body]);
}

/** @throws OAuthError landing-malformed */
export function decodeRawAnswer(bytes: Uint8Array): RawAnswer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < prefixLength || buffer.readUInt8(0) !== formatVersion) throw malformed();
  const end = prefixLength + buffer.readUInt32BE(1);
  if (end > buffer.length) throw malformed();
  const { status, headers, receivedAt } = readHead(buffer.subarray(prefixLength, end));
  return { status, headers, receivedAt, body: Buffer.from(buffer.subarray(end)) };
}

function readHead(bytes: Buffer): Omit<RawAnswer, 'body'> {
  let head: unknown;
  try {
    head = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed();
  }
  if (!isHead(head)) throw malformed();
  return head;
}

function isHead(value: unknown): value is Omit<RawAnswer, 'body'> {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, receivedAt } = value as Record<string, unknown>;
  if (!Number.isInteger(status) || !Number.isFinite(receivedAt)) return false;
  return (
    typeof headers === 'object' &&
    headers !== null &&
    Object.values(headers).every((one) => typeof one === 'string')
  );
}

const malformed = () => new OAuthError('landing-malformed');

/** The server's own idea of now: its `Date` header, else when the answer was received. Milliseconds since the epoch. */
export function serverNow(raw: RawAnswer): number {
  const date = Date.parse(raw.headers['date'] ?? '');
  return Number.isNaN(date) ? raw.receivedAt : date;
}
