import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, fetch } from 'undici';
import { AssertionSigner, requestId, type AssertionSubject, type Caller } from '#platform';
import { AdminConfig } from '../admin.config.js';
import { ownerProblem, unreachable } from './owner-problem.js';

export type Owner = 'auth-flow' | 'revocation-audit';

/** What is asked of the service that owns the thing to be changed. */
export interface OwnerRequest {
  method: 'POST' | 'PATCH';
  /** Path, and query where there is one. */
  target: string;
  body: Record<string, unknown>;
  idempotencyKey?: string;
}

export interface OwnerExchange {
  method: string;
  target: string;
  body?: string;
  /** JSON unless told. */
  contentType?: string;
  headers: Record<string, string>;
}

export interface OwnerAnswer {
  status: number;
  headers: Pick<Headers, 'get'>;
  text: string;
}

const connectWithinMs = 2_000;
const answerWithinMs = 10_000;

/** Asks the owning services for changes, in the name of whoever asked admin. */
@Injectable()
export class OwnersClient implements OnApplicationShutdown {
  private readonly dispatcher = new Agent({ connect: { timeout: connectWithinMs } });
  private readonly origins: Record<Owner, string>;

  constructor(
    config: AdminConfig,
    private readonly signer: AssertionSigner,
  ) {
    this.origins = { 'auth-flow': config.AUTH_FLOW_URL, 'revocation-audit': config.REVOCATION_AUDIT_URL };
  }

  /** The owner's answer. @throws Problem the owner's own, or that it cannot be reached. */
  async ask(owner: Owner, caller: Caller, { body, idempotencyKey, ...request }: OwnerRequest) {
    const headers: Record<string, string> = {};
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    const answer = await this.exchange(owner, caller, { ...request, headers, body: JSON.stringify(body) });
    const content = parsed(answer.text);
    if (answer.status >= 200 && answer.status < 300) return content;
    throw ownerProblem(owner, answer.status, answer.headers, content);
  }

  /** One request in the caller's name, and whatever is answered. @throws Problem where nothing is. */
  async exchange(owner: Owner, caller: Caller, request: OwnerExchange): Promise<OwnerAnswer> {
    const { method, target, body, contentType = 'application/json', headers } = request;
    const asserted = { method, path: target.split('?', 1)[0]! };
    const assertion = await this.signer.sign({ ...personOf(caller), audience: owner, request: asserted });
    const id = requestId();
    try {
      const answer = await fetch(`${this.origins[owner]}${target}`, {
        dispatcher: this.dispatcher,
        method,
        ...(body !== undefined && { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(answerWithinMs),
        headers: {
          ...headers,
          authorization: `Bearer ${assertion}`,
          ...(body !== undefined && { 'content-type': contentType }),
          ...(id !== undefined && { 'x-request-id': id }),
        },
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch (error) {
      throw unreachable(owner, error);
    }
  }

  /** What the owner says of its readiness: `ok`, `degraded`, `error` or `unreachable`. */
  async readiness(owner: Owner): Promise<string> {
    try {
      const answer = await fetch(`${this.origins[owner]}/health/ready`, {
        dispatcher: this.dispatcher,
        signal: AbortSignal.timeout(2_000),
      });
      const { status } = parsed(await answer.text());
      return typeof status === 'string' ? status : 'error';
    } catch {
      return 'unreachable';
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.close();
  }
}

function personOf({
  workspace,
  actor,
  role,
  authenticatedAt,
}: Caller): Omit<AssertionSubject, 'audience' | 'request'> {
  if (role === undefined || authenticatedAt === undefined) throw new Error('only people ask through admin');
  return { workspace, actor, role, authenticatedAt };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
