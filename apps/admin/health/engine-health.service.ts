import { Injectable } from '@nestjs/common';
import { RefreshQueue, RevocationQueue } from '#events';
import { ConsumerCursorRepository, Database, EngineHealthRepository, type EngineHealth } from '#storage';
import { EVENT_COUNTS } from '../event-counts/event-counts.service.js';
import { OwnersClient } from '../owners/owners.client.js';

type JobCounts = Record<string, number>;

export interface EngineReport {
  engine: EngineHealth;
  /** Null where Redis is gone. */
  refreshJobs: JobCounts | null;
  revocationJobs: JobCounts | null;
  eventsNotCounted: number;
  services: Record<'auth-flow' | 'revocation-audit', string>;
}

/** Whether the engine keeps up: what waits in Postgres, in the queues, and who is ready. */
@Injectable()
export class EngineHealthService {
  constructor(
    private readonly database: Database,
    private readonly refreshQueue: RefreshQueue,
    private readonly revocationQueue: RevocationQueue,
    private readonly owners: OwnersClient,
  ) {}

  async read(workspace: string): Promise<EngineReport> {
    const [stored, refreshJobs, revocationJobs, authFlow, revocationAudit] = await Promise.all([
      this.database.inWorkspace(workspace, async (tx) => ({
        engine: await tx.get(EngineHealthRepository).read(),
        eventsNotCounted: await tx.get(ConsumerCursorRepository).countUnseen(EVENT_COUNTS),
      })),
      countsOf(this.refreshQueue),
      countsOf(this.revocationQueue),
      this.owners.readiness('auth-flow'),
      this.owners.readiness('revocation-audit'),
    ]);
    return {
      ...stored,
      refreshJobs,
      revocationJobs,
      services: { 'auth-flow': authFlow, 'revocation-audit': revocationAudit },
    };
  }
}

async function countsOf(queue: { counts(): Promise<JobCounts> }): Promise<JobCounts | null> {
  return queue.counts().catch(() => null);
}
