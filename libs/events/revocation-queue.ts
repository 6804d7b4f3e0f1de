import { Queue } from 'bullmq';
import { QUEUE_PREFIX } from './refresh-queue.js';
import type { RedisConnections } from './redis-connections.js';

export const REVOCATION_QUEUE = 'revocation';

/** Wakes the revocation worker for one item; the row in Postgres is the work. */
export interface RevocationJob {
  workspace: string;
  item: string;
  request_id?: string;
}

export class RevocationQueue {
  private readonly queue: Queue<RevocationJob>;

  constructor(connections: RedisConnections) {
    this.queue = new Queue(REVOCATION_QUEUE, {
      connection: connections.openCommands('revocation-queue'),
      prefix: QUEUE_PREFIX,
      // Both would bind the queue to Redis being there when the service starts: the first check fails for good.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    });
    this.queue.on('error', () => undefined);
  }

  /** `attempts` so far is part of the id: each retry of an item is a job of its own. */
  async wake(item: { id: string; attempts: number }, job: RevocationJob): Promise<void> {
    await this.queue.add('revoke', job, { jobId: `${item.id}-${item.attempts}` });
  }

  async counts(): Promise<Record<string, number>> {
    return this.queue.getJobCounts('waiting', 'delayed', 'active', 'failed');
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
