import { Injectable } from '@nestjs/common';
import { RequestLimits, type RequestLimit } from '#events';
import type { Admission, Gate, RefreshTarget } from '#refresh';
import type { Attempt, RefreshFacts } from '../refreshing/refresh-facts.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { DatabaseTrustService } from '../restores/database-trust.service.js';
import { Spool } from '../spool/spool.js';
import { providerKeyOf } from '../incidents/provider-key.js';

const spoolWaitMs = 5_000;
const trustWaitMs = 500;

/** Lets a refresh begin where the provider is not having an incident and nobody's limit is reached. */
@Injectable()
export class GateService implements Gate<RefreshFacts> {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly limits: RequestLimits,
    private readonly spool: Spool,
    private readonly trust: DatabaseTrustService,
  ) {}

  async admit(_target: RefreshTarget, facts: RefreshFacts): Promise<Admission> {
    // Nowhere to keep the answer if Postgres goes meanwhile: then the question is not asked.
    if (!this.spool.hasRoom) return { refusal: { outcome: 'deferred', retryAfterMs: spoolWaitMs } };
    // An older copy of the database holds spent tokens.
    const isStrict = facts.renewal?.rotation.mode === 'A';
    if (isStrict && !this.trust.isTrusted)
      return { refusal: { outcome: 'deferred', retryAfterMs: trustWaitMs } };
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
