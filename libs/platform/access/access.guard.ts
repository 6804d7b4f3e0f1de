import { hash } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { requestId } from '../http/request-context.js';
import { Problem } from '../problem/problem.js';
import type { ProblemSlug } from '../problem/problem-catalogue.js';
import { AccessPorts } from './access-ports.js';
import { mayUse, type Caller, type Scope } from './caller.js';
import { publicRoute, requiredScope, type RequestWithCaller } from './require-scope.js';

const bearer = /^bearer +(\S+)$/i;
const apiKey = /^evg_[A-Za-z0-9_-]{20,100}$/;
const realm = 'Bearer realm="evergrant"';

/** Lets a request pass with a valid API key or assertion that has the route's scope; remembers every refusal. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly ports: AccessPorts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const scope = this.reflector.get<Scope | undefined>(requiredScope, handler);
    if (scope === undefined) return this.isPublic(context);
    const http = context.switchToHttp();
    const request = http.getRequest<RequestWithCaller>();
    this.refuseFlood(request);
    const caller = await this.authenticate(request.headers.authorization);
    if (!caller) throw this.denied(request, 'invalid-api-key', realm);
    this.countRequest(caller, http.getResponse<FastifyReply>());
    if (!mayUse(caller, scope)) throw this.lacksScope(request, caller, scope);
    request.caller = caller;
    return true;
  }

  /** A route that says nothing stays closed. */
  private isPublic(context: ExecutionContext): boolean {
    const open = this.reflector.getAllAndOverride<boolean | undefined>(publicRoute, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (open) return true;
    throw new Problem('forbidden');
  }

  private async authenticate(header: string | undefined): Promise<Caller | undefined> {
    const credential = header === undefined ? undefined : bearer.exec(header)?.[1];
    if (credential === undefined) return undefined;
    if (!credential.startsWith('evg_')) return this.ports.assertions?.verify(credential);
    if (!apiKey.test(credential)) return undefined;
    const found = await this.ports.keys.find(hash('sha256', credential, 'buffer'));
    if (!found) return undefined;
    return {
      workspace: found.workspace,
      actor: { type: 'api_key', id: found.id, name: found.name },
      scopes: new Set(found.scopes as readonly Scope[]),
    };
  }

  private refuseFlood(request: RequestWithCaller): void {
    const { allowed, resetSeconds } = this.ports.deniedPerAddress.peek(request.ip);
    if (!allowed)
      throw new Problem('rate-limited', 'Too many refused attempts from this address.', {
        retryAfterSeconds: resetSeconds,
      });
  }

  private countRequest(caller: Caller, reply: FastifyReply): void {
    const limit = this.ports.perKey;
    const { allowed, remaining, resetSeconds } = limit.take(caller.actor.id);
    void reply.header('ratelimit-policy', limit.policy);
    void reply.header('ratelimit', `"key";r=${remaining};t=${resetSeconds}`);
    if (!allowed)
      throw new Problem('rate-limited', `This key may send ${limit.limit} requests a minute.`, {
        retryAfterSeconds: resetSeconds,
      });
  }

  private lacksScope(request: RequestWithCaller, caller: Caller, scope: Scope): Problem {
    const challenge = `${realm}, error="insufficient_scope", scope="${scope}"`;
    return this.denied(request, 'insufficient-scope', challenge, caller, `It needs the scope ${scope}.`);
  }

  private denied(
    request: RequestWithCaller,
    reason: ProblemSlug,
    challenge: string,
    caller?: Caller,
    detail = 'Send `Authorization: Bearer <api key>` with a key that is neither revoked nor expired.',
  ): Problem {
    if (!caller) this.ports.deniedPerAddress.take(request.ip);
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    this.ports.denials.record({ address: request.ip, route, reason, caller, requestId: requestId() });
    return new Problem(reason, detail, { headers: { 'www-authenticate': challenge } });
  }
}
