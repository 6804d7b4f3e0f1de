import { Injectable } from '@nestjs/common';
import { RequestLimits, type Permit } from '#events';
import { requestLimitsOf } from '#providers';
import type { Admission, Gate, RefreshTarget } from '#refresh';
import type { Attempt, RefreshFacts } from '../refreshing/refresh-facts.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { BacklogRateService } from '../planning/backlog-rate.service.js';
import { DatabaseTrustService } from '../restores/database-trust.service.js';
import { Spool } from '../spool/spool.js';

const free: Permit = { granted: true, release: () => undefined };
const spoolWaitMs = 5_000;
const trustWaitMs = 500;
const backlogWaitMs = 2_000;

/** Lets a refresh begin where the provider is not having an incident and nobody's limit is reached. */
@Injectable()
export class GateService implements Gate<RefreshFacts> {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly limits: RequestLimits,
    private readonly spool: Spool,
    private readonly trust: DatabaseTrustService,
    private readonly backlog: BacklogRateService,
  ) {}

  async admit(_target: RefreshTarget, facts: RefreshFacts, inDoubt: boolean): Promise<Admission> {
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
    if (inDoubt && (await this.backlog.allowed()) < 1)
      return { refusal: { outcome: 'deferred', retryAfterMs: backlogWaitMs * (1 + Math.random()) } };
    if (inDoubt) this.backlog.spend(1);
    const limits = requestLimitsOf({ ...facts.row, id: facts.row.integration }, facts.provider);
    const permit = limits.length === 0 ? free : await this.limits.acquire(limits);
    if (!permit.granted) return { refusal: { outcome: 'deferred', retryAfterMs: permit.waitMs } };
    return {
      release: (end) => {
        permit.release();
        if (end) void this.incidents.record(facts, end).catch(() => undefined);
      },
    };
  }

  refusalsAreDoubted({ facts }: Attempt): boolean {
    return this.incidents.refusalsAreDoubted(facts);
  }

  takeBackRefusal({ facts }: Attempt): void {
    this.incidents.takeBackRefusal(facts);
  }

  /** The same question about a refusal that was wanted, and is not counted. */
  isRefusingEverybody({ facts }: Attempt): boolean {
    return this.incidents.isRefusingEverybody(facts);
  }
}
