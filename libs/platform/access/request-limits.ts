import type { FastifyReply } from 'fastify';
import { Problem } from '../problem/problem.js';
import type { Caller } from './caller.js';
import { RateLimit, type RateLimitState, type RateLimitStore } from './rate-limits.js';

/** Kinds of work that cost more than a request: calls to providers, and reads over much of a workspace. */
export type Quota = 'provider-calls' | 'reports';

export interface LimitSettings {
  readonly RATE_LIMIT_PER_KEY: number;
  readonly RATE_LIMIT_PER_WORKSPACE: number;
  readonly RATE_LIMIT_PER_ADDRESS: number;
  readonly RATE_LIMIT_PUBLIC_PER_ADDRESS: number;
  readonly RATE_LIMIT_DENIED_PER_ADDRESS: number;
  readonly QUOTA_PROVIDER_CALLS: number;
  readonly QUOTA_REPORTS: number;
}

/** How many requests a key, a workspace and an address may send, and how much expensive work a workspace. */
export class RequestLimits {
  private readonly perKey: RateLimit;
  private readonly perWorkspace: RateLimit;
  private readonly perAddress: RateLimit;
  private readonly publicPerAddress: RateLimit;
  private readonly deniedPerAddress: RateLimit;
  private readonly quotas: Readonly<Record<Quota, RateLimit>>;
  private readonly policy: string;

  constructor(settings: LimitSettings, store: RateLimitStore | undefined) {
    const limit = (name: string, points: number) => new RateLimit(name, points, store);
    this.perKey = limit('key', settings.RATE_LIMIT_PER_KEY);
    this.perWorkspace = limit('workspace', settings.RATE_LIMIT_PER_WORKSPACE);
    this.perAddress = limit('address', settings.RATE_LIMIT_PER_ADDRESS);
    this.publicPerAddress = limit('public', settings.RATE_LIMIT_PUBLIC_PER_ADDRESS);
    this.deniedPerAddress = limit('denied', settings.RATE_LIMIT_DENIED_PER_ADDRESS);
    this.quotas = {
      'provider-calls': limit('provider-calls', settings.QUOTA_PROVIDER_CALLS),
      reports: limit('reports', settings.QUOTA_REPORTS),
    };
    this.policy = [this.perKey, this.perWorkspace, this.perAddress].map(({ policy }) => policy).join(', ');
  }

  /** @throws Problem `rate-limited` where too many attempts of this address were refused. */
  refuseFlood(address: string): void {
    const state = this.deniedPerAddress.peek(address);
    if (!state.allowed) throw exceeded('Too many refused attempts from this address.', state);
  }

  countDenied(address: string): void {
    this.deniedPerAddress.take(address);
  }

  /** A request of a stranger to a page. @throws Problem `rate-limited` */
  countPublic(address: string, reply: FastifyReply): void {
    const limit = this.publicPerAddress;
    const state = limit.take(address);
    tell(reply, limit.policy, [[limit, state]]);
    if (!state.allowed) throw exceeded(refusal('address', limit), state);
  }

  /** A request of a known caller, told of in the RateLimit headers. @throws Problem `rate-limited` */
  count({ actor, workspace }: Caller, address: string, reply: FastifyReply, quota?: Quota): void {
    const counted: [RateLimit, RateLimitState, string][] = [
      [this.perKey, this.perKey.take(actor.id), actor.type === 'user' ? 'person' : 'key'],
      [this.perWorkspace, this.perWorkspace.take(workspace), 'workspace'],
      [this.perAddress, this.perAddress.take(address), 'address'],
    ];
    let { policy } = this;
    if (quota) {
      const limit = this.quotas[quota];
      counted.push([limit, limit.take(workspace), 'workspace']);
      policy += `, ${limit.policy}`;
    }
    tell(reply, policy, counted);
    for (const [limit, state, whose] of counted)
      if (!state.allowed) throw exceeded(refusal(whose, limit), state);
  }

  close(): void {
    const { perKey, perWorkspace, perAddress, publicPerAddress, deniedPerAddress, quotas } = this;
    const all = [perKey, perWorkspace, perAddress, publicPerAddress, deniedPerAddress];
    for (const limit of [...all, ...Object.values(quotas)]) limit.close();
  }
}

/** draft-ietf-httpapi-ratelimit-headers: a list of policies, and what is left of each. */
function tell(
  reply: FastifyReply,
  policy: string,
  counted: readonly (readonly [RateLimit, RateLimitState, ...unknown[]])[],
): void {
  let left = '';
  for (const [{ name }, { remaining, resetSeconds }] of counted)
    left += `${left && ', '}"${name}";r=${remaining};t=${resetSeconds}`;
  void reply.header('ratelimit-policy', policy);
  void reply.header('ratelimit', left);
}

function refusal(whose: string, { name, limit }: RateLimit): string {
  const what = name === 'provider-calls' || name === 'reports' ? `${limit} ${name}` : `${limit} requests`;
  return `This ${whose} may send ${what} a minute.`;
}

function exceeded(detail: string, { resetSeconds }: RateLimitState): Problem {
  return new Problem('rate-limited', detail, { retryAfterSeconds: resetSeconds });
}
