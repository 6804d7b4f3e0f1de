import { Injectable } from '@nestjs/common';
import { RequestLimits, type RequestLimit } from '#events';
import type { Admission, Gate, RefreshTarget } from '#refresh';
import type { Attempt, RefreshFacts } from '../refreshing/refresh-facts.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { providerKeyOf } from '../incidents/provider-key.js';

/** Lets a refresh begin where the provider is not having an incident and nobody's limit is reached. */
@Injectable()
export class GateService implements Gate<RefreshFacts> {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly limits: RequestLimits,
  ) {}

  async admit(_target: RefreshTarget, facts: RefreshFacts): Promise<Admission> {
    const waitMs = await this.incidents.waitOf(facts);
    if (waitMs > 0)
      return {
        refusal: {
          outcome: 'failed',
          failureClass: 'TRANSIENT',
          errorCode: 'provider_incident',
          retryAfterMs: waitMs,
        },
      };
    const limits = limitsOf(facts);
    if (limits.length === 0) return { release: () => undefined };
    const permit = await this.limits.acquire(limits);
    return permit.granted ? permit : { refusal: { outcome: 'deferred', retryAfterMs: permit.waitMs } };
  }

  refusalsAreDoubted({ facts }: Attempt): boolean {
    return this.incidents.refusalsAreDoubted(facts);
  }
}

function limitsOf(facts: RefreshFacts): RequestLimit[] {
  const { row, provider } = facts;
  const { concurrency, requests_per_second: requestsPerSecond } = row.limits;
  return [
    { key: `provider:${providerKeyOf(facts)}`, ...provider?.limits },
    { key: `integration:${row.integration}`, concurrency, requestsPerSecond },
  ].filter((limit) => limit.concurrency !== undefined || limit.requestsPerSecond !== undefined);
}
