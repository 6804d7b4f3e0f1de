import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, fetch } from 'undici';
import { AssertionSigner, requestId, type AssertionSubject, type Caller } from '#platform';
import { AdminConfig } from '../admin.config.js';
import { ownerProblem, unreachable } from './owner-problem.js';

export type Owner = 'auth-flow' | 'revocation-audit';

/** What is asked of the service that owns the thing to be changed. */
export interface OwnerRequest {
  method: 'POST' | 'PATCH';
  path: string;
  body: Record<string, unknown>;
  idempotencyKey?: string;
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
  async ask(owner: Owner, caller: Caller, request: OwnerRequest): Promise<Record<string, unknown>> {
    const assertion = await this.signer.sign({
      ...personOf(caller),
      audience: owner,
      request: { method: request.method, path: request.path },
    });
    const answer = await this.send(owner, request, assertion);
    const content = parsed(answer.text);
    if (answer.status >= 200 && answer.status < 300) return content;
    throw ownerProblem(owner, answer.status, answer.headers, content);
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

  private async send(owner: Owner, { method, path, body, idempotencyKey }: OwnerRequest, assertion: string) {
    const id = requestId();
    try {
      const answer = await fetch(`${this.origins[owner]}${path}`, {
        dispatcher: this.dispatcher,
        method,
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(answerWithinMs),
        headers: {
          authorization: `Bearer ${assertion}`,
          'content-type': 'application/json',
          ...(id !== undefined && { 'x-request-id': id }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch (error) {
      throw unreachable(owner, error);
    }
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
