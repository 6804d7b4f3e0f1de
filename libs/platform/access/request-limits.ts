import type { FastifyReply } from 'fastify';
import { Problem } from '../problem/problem.js';
import type { Caller } from './caller.js';
import { limitedAddress } from './limited-address.js';
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
    const state = this.deniedPerAddress.peek(limitedAddress(address));
    if (!state.allowed) throw exceeded('Too many refused attempts from this address.', state);
  }

  countDenied(address: string): void {
    this.deniedPerAddress.take(limitedAddress(address));
  }

  /** A request of a stranger to a page. @throws Problem `rate-limited` */
  countPublic(address: string, reply: FastifyReply): void {
    const limit = this.publicPerAddress;
    const state = limit.take(limitedAddress(address));
    void reply.header('ratelimit-policy', limit.policy);
    void reply.header('ratelimit', leftOf(limit, state));
    if (!state.allowed) throw exceeded(refusal('address', limit), state);
  }

  /**
   * A request of a known caller, told of in the RateLimit headers. What is refused for its key or its address uses up
   * nothing that the workspace shares.
   * @throws Problem `rate-limited`
   */
  count({ actor, workspace }: Caller, address: string, reply: FastifyReply): void {
    const { perKey, perWorkspace, perAddress } = this;
    const ofKey = perKey.take(actor.id);
    // Whom a service of ours vouches for comes from its address, not from theirs: that service has counted theirs.
    const ofAddress = perAddress.take(actor.via === undefined ? limitedAddress(address) : actor.id);
    const isHeld = !ofKey.allowed || !ofAddress.allowed;
    const ofWorkspace = isHeld ? perWorkspace.peek(workspace) : perWorkspace.take(workspace);
    void reply.header('ratelimit-policy', this.policy);
    const left = `${leftOf(perKey, ofKey)}, ${leftOf(perWorkspace, ofWorkspace)}, ${leftOf(perAddress, ofAddress)}`;
    void reply.header('ratelimit', left);
    if (!ofKey.allowed) throw exceeded(refusal(actor.type === 'user' ? 'person' : 'key', perKey), ofKey);
    if (!ofAddress.allowed) throw exceeded(refusal('address', perAddress), ofAddress);
    if (!ofWorkspace.allowed) throw exceeded(refusal('workspace', perWorkspace), ofWorkspace);
  }

  /** Expensive work, once it is known to be allowed. @throws Problem `rate-limited` */
  countQuota({ workspace }: Caller, quota: Quota, reply: FastifyReply): void {
    const limit = this.quotas[quota];
    const state = limit.take(workspace);
    void reply.header('ratelimit-policy', `${this.policy}, ${limit.policy}`);
    void reply.header('ratelimit', `${String(reply.getHeader('ratelimit'))}, ${leftOf(limit, state)}`);
    if (!state.allowed) throw exceeded(refusal('workspace', limit), state);
  }

  /** A good key from where it is not allowed: whoever has it uses up nothing of its owner's. @throws Problem `rate-limited` */
  countElsewhere({ actor }: Caller, address: string): void {
    const state = this.perKey.take(`${actor.id} elsewhere`);
    if (!state.allowed) throw exceeded(refusal('key', this.perKey), state);
    this.countUnknown(address);
  }

  /** Somebody of whom it cannot be said who they are. @throws Problem `rate-limited` */
  countUnknown(address: string): void {
    const state = this.perAddress.take(limitedAddress(address));
    if (!state.allowed) throw exceeded(refusal('address', this.perAddress), state);
  }

  close(): void {
    const { perKey, perWorkspace, perAddress, publicPerAddress, deniedPerAddress, quotas } = this;
    const all = [perKey, perWorkspace, perAddress, publicPerAddress, deniedPerAddress];
    for (const limit of [...all, ...Object.values(quotas)]) limit.close();
  }
}

/** draft-ietf-httpapi-ratelimit-headers: what is left of a policy. */
function leftOf({ name }: RateLimit, { remaining, resetSeconds }: RateLimitState): string {
  return `"${name}";r=${remaining};t=${resetSeconds}`;
}

function refusal(whose: string, { name, limit }: RateLimit): string {
  const what = name === 'provider-calls' || name === 'reports' ? `${limit} ${name}` : `${limit} requests`;
  return `This ${whose} may send ${what} a minute.`;
}

function exceeded(detail: string, { resetSeconds }: RateLimitState): Problem {
  return new Problem('rate-limited', detail, { retryAfterSeconds: resetSeconds });
}
