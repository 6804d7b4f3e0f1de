import { Queue } from 'bullmq';
import type { RedisConnections } from './redis-connections.js';

export const REFRESH_QUEUE = 'refresh';
export const QUEUE_PREFIX = 'evergrant';

/** What a refresh job carries: ids, never a token. */
export interface RefreshJob {
  workspace: string;
  connection: string;
  slot: string;
  generation: number;
  trigger: 'planned' | 'on_demand';
  request_id?: string;
}

// BullMQ serves smaller numbers first, and jobs without a priority before all others.
const PLANNED_PRIORITY = 10;

/** Jobs to refresh a slot. The queue only saves work: T1 in Postgres decides whether one is still wanted. */
export class RefreshQueue {
  private readonly queue: Queue<RefreshJob>;

  constructor(connections: RedisConnections) {
    this.queue = new Queue(REFRESH_QUEUE, {
      connection: connections.openCommands('refresh-queue'),
      prefix: QUEUE_PREFIX,
      // Both would bind the queue to Redis being there when the service starts: the first check fails for good.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    });
    // Without a listener a lost connection would end the process; RedisConnections logs it.
    this.queue.on('error', () => undefined);
  }

  /** Ids hold no colon; BullMQ ignores an add whose id is already waiting. */
  async addPlanned(
    jobs: readonly { slotId: string; dueInMs: number; job: Omit<RefreshJob, 'trigger'> }[],
  ): Promise<void> {
    await this.queue.addBulk(
      jobs.map(({ slotId, dueInMs, job }) => ({
        name: 'refresh',
        data: { ...job, trigger: 'planned' as const },
        opts: { jobId: `${slotId}-${job.generation}`, delay: dueInMs, priority: PLANNED_PRIORITY },
      })),
    );
  }

  /** A caller waits: ahead of everything planned. */
  async addOnDemand(slotId: string, job: Omit<RefreshJob, 'trigger'>): Promise<void> {
    await this.queue.add(
      'refresh',
      { ...job, trigger: 'on_demand' },
      { jobId: `${slotId}-${job.generation}-now` },
    );
  }

  /** Jobs by state, for health pages and metrics. */
  async counts(): Promise<Record<string, number>> {
    return this.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed');
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
