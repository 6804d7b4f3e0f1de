import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

const limit = 56 * 1024;

/** The whole body, or nothing when it is longer than 56 KB (oidc-provider's own limit). */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    received += (chunk as Buffer).length;
    if (received > limit) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Looks at a body and leaves it for oidc-provider, which likes to read the stream itself. */
export async function peekBody(request: IncomingMessage & { body?: string }): Promise<string> {
  if (request.headers['transfer-encoding'] !== undefined) {
    // Its end is known only when it is too late to put anything back; oidc-provider then takes this member.
    request.body = (await readBody(request)) ?? '';
    return request.body;
  }
  const length = Number(request.headers['content-length']);
  if (!Number.isSafeInteger(length) || length <= 0 || length > limit) return '';
  const chunks: Buffer[] = [];
  let received = 0;
  while (received < length && !request.readableEnded && !request.destroyed) {
    const chunk = request.read() as Buffer | null;
    if (chunk) {
      chunks.push(chunk);
      received += chunk.length;
    } else {
      await nextEvent(request);
    }
  }
  const body = Buffer.concat(chunks);
  // In the same tick as the last read(): once 'end' was emitted, nothing can be put back.
  if (received > 0 && !request.readableEnded) request.unshift(body);
  return body.toString('utf8');
}

async function nextEvent(request: IncomingMessage): Promise<void> {
  const done = new AbortController();
  const options = { signal: done.signal };
  const never = () => undefined;
  await Promise.race(['readable', 'end', 'close'].map((event) => once(request, event, options).catch(never)));
  done.abort();
}
