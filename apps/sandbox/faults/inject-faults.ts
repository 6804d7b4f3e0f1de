import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt, importJWK, SignJWT, type JWK } from 'jose';
import { oauthRequestOf } from '../http/identify-request.js';
import type { Context, Middleware } from '../http/middleware.js';
import { ledgerEntryOf } from '../ledger/record-requests.js';
import type { Fault } from './fault.js';
import type { Faults } from './faults.js';

const strikesBefore = (fault: Fault): boolean =>
  fault.kind === 'throttled' ||
  fault.kind === 'dropped_request' ||
  ((fault.kind === 'latency' || fault.kind === 'error') && fault.when === 'before');

const pause = (milliseconds: number) => sleep(milliseconds, undefined, { ref: false });

/** Makes the sandbox misbehave as the control API has asked it to. */
export function injectFaults(faults: Faults, signingKey: JWK & { kid: string }): Middleware {
  return async (ctx, next) => {
    const request = oauthRequestOf(ctx);
    const struck = request ? faults.strike(request) : [];
    ledgerEntryOf(ctx)?.faults.push(...struck.map(({ kind }) => kind));
    for (const fault of struck.filter(strikesBefore)) {
      if (fault.kind === 'latency') await pause(fault.milliseconds);
      else return insteadOfProcessing(ctx, fault);
    }
    await next();
    for (const fault of struck.filter((one) => !strikesBefore(one))) {
      await spoilAnswer(ctx, fault, signingKey);
    }
  };
}

function insteadOfProcessing(ctx: Context, fault: Fault): void {
  if (fault.kind === 'error') answerError(ctx, fault);
  else if (fault.kind === 'throttled') {
    ctx.status = 429;
    ctx.set('retry-after', String(fault.retry_after_seconds));
    ctx.body = { error: 'temporarily_unavailable', error_description: 'too many requests' };
  } else hangUp(ctx);
}

async function spoilAnswer(ctx: Context, fault: Fault, signingKey: JWK & { kid: string }): Promise<void> {
  switch (fault.kind) {
    case 'latency':
      return pause(fault.milliseconds);
    case 'error':
      return answerError(ctx, fault);
    case 'lost_answer':
      return hangUp(ctx);
    case 'garbage':
      ctx.status = fault.status;
      ctx.type = 'html';
      ctx.body = fault.body;
      return;
    case 'truncated_body':
      return truncate(ctx, fault);
    case 'slow_body':
      return trickle(ctx, fault.milliseconds);
    case 'wrong_content_type': {
      const body = bodyText(ctx);
      ctx.body = body;
      ctx.set('content-type', fault.content_type);
      return;
    }
    case 'no_token': {
      const { access_token: _, ...rest } = bodyMembers(ctx);
      ctx.body = rest;
      return;
    }
    case 'wrong_nonce':
      ctx.body = { ...bodyMembers(ctx), ...(await idTokenWithWrongNonce(bodyMembers(ctx), signingKey)) };
      return;
    case 'throttled':
    case 'dropped_request':
      // These come instead of an answer.
      return;
  }
}

function answerError(ctx: Context, fault: Fault & { kind: 'error' }): void {
  ctx.status = fault.status;
  ctx.body = (fault.body ?? { error: 'server_error', error_description: 'a fault of the sandbox' }) as object;
  if (fault.content_type) ctx.set('content-type', fault.content_type);
  ctx.set(fault.headers ?? {});
}

/** The connection ends without an answer. */
function hangUp(ctx: Context): void {
  const entry = ledgerEntryOf(ctx);
  if (entry) entry.answered = false;
  ctx.respond = false;
  ctx.req.socket.destroy();
}

function truncate(ctx: Context, { bytes, ending }: Fault & { kind: 'truncated_body' }): void {
  const body = Buffer.from(bodyText(ctx));
  const part = body.subarray(0, bytes ?? Math.floor(body.length / 2));
  const entry = ledgerEntryOf(ctx);
  if (entry) entry.answered = false;
  const type = ctx.response.get('content-type') || 'application/json; charset=utf-8';
  ctx.body = part;
  ctx.set('content-type', type);
  if (ending === 'clean') return;
  ctx.respond = false;
  ctx.res.writeHead(ctx.status, { 'content-length': body.length });
  ctx.res.write(part, () => ctx.req.socket.destroy());
}

function trickle(ctx: Context, milliseconds: number): void {
  const body = Buffer.from(bodyText(ctx));
  const pieces = Math.min(body.length, 20);
  async function* slowly() {
    for (let piece = 0; piece < pieces; piece++) {
      const bound = (part: number) => Math.floor((body.length * part) / pieces);
      yield body.subarray(bound(piece), bound(piece + 1));
      await pause(milliseconds / pieces);
    }
  }
  if (!ctx.response.get('content-type')) ctx.type = 'json';
  ctx.body = Readable.from(slowly());
  ctx.length = body.length;
}

async function idTokenWithWrongNonce(members: Record<string, unknown>, key: JWK & { kid: string }) {
  if (typeof members['id_token'] !== 'string') return {};
  const claims = { ...decodeJwt(members['id_token']), nonce: 'not-the-nonce-that-was-asked-for' };
  const header = { alg: 'RS256', kid: key.kid };
  return {
    id_token: await new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, 'RS256')),
  };
}

const bodyText = ({ body }: Context): string =>
  typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body ?? '');

const bodyMembers = ({ body }: Context): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
