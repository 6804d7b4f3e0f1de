import { createHash } from 'node:crypto';
import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { catchError, from, mergeMap, type Observable, of } from 'rxjs';
import type { RequestWithCaller } from '../access/require-permission.js';
import { Problem } from '../problem/problem.js';
import { mayRepeat } from './repeatable.js';
import { IdempotencyStore, type IdempotentUse } from './idempotency-store.js';

const acceptable = /^[\x21-\x7e]{1,255}$/;
const retryAfterSeconds = 1;

/** `Idempotency-Key` on every POST: the same request answers the same answer, and is done once. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor, OnModuleInit {
  private readonly logger = new Logger(IdempotencyInterceptor.name);
  private store: IdempotencyStore | undefined;

  constructor(private readonly modules: ModuleRef) {}

  onModuleInit(): void {
    try {
      this.store = this.modules.get<IdempotencyStore>(IdempotencyStore, { strict: false });
    } catch {
      this.store = undefined;
    }
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<RequestWithCaller>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || !request.caller || !this.store) return next.handle();
    const use = useOf(request, key);
    return from(this.store.begin(use)).pipe(
      mergeMap((state) => {
        const reply = http.getResponse<FastifyReply>();
        const repeats = state.kind === 'in-progress' && mayRepeat(context, request.body);
        if (state.kind === 'new' || repeats) return this.first(this.store!, use, next, reply);
        if (state.kind === 'replay') return of(replay(reply, state));
        if (state.kind === 'in-progress')
          throw new Problem('idempotency-in-progress', 'Ask again in a moment.', { retryAfterSeconds });
        throw new Problem(
          'idempotency-key-reused',
          'The key belongs to a request with another body or route.',
        );
      }),
    );
  }

  private first(
    store: IdempotencyStore,
    use: IdempotentUse,
    next: CallHandler,
    reply: FastifyReply,
  ): Observable<unknown> {
    return next.handle().pipe(
      // Only what the request itself threw: it changed nothing, so the key is free.
      catchError(async (error: unknown) => {
        await store.abandon(use).catch((failure: unknown) => this.logger.warn({ err: failure }));
        throw error;
      }),
      mergeMap(async (answer: unknown) => {
        // Done is done: the caller is told, even where the answer cannot be kept for a second time.
        await store
          .complete(use, reply.statusCode, JSON.stringify(answer ?? null))
          .catch((error: unknown) => this.logger.error({ err: error }, 'an answer was not kept'));
        return answer;
      }),
    );
  }
}

function useOf(request: RequestWithCaller, key: string | string[]): IdempotentUse {
  if (typeof key !== 'string' || !acceptable.test(key))
    throw new Problem('invalid-request', 'Idempotency-Key has 1 to 255 visible ASCII characters.', {
      errors: [{ pointer: '/header/idempotency-key', detail: 'must be 1 to 255 visible ASCII characters' }],
    });
  const { workspace, actor } = request.caller!;
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest();
  const path = request.url.split('?')[0]!;
  return { workspace, callerId: actor.id, key, route: `POST ${path}`, bodyHash };
}

function replay(reply: FastifyReply, { status, body }: { status: number; body: string }): unknown {
  void reply.status(status).header('idempotent-replayed', 'true').header('cache-control', 'no-store');
  return JSON.parse(body) as unknown;
}
