import { Injectable, Logger } from '@nestjs/common';
import { RefreshWorkers, Restores } from '#storage';
import { WorkerIdentity } from '../refreshing/worker-identity.js';
import { Mirror } from './mirror.js';

/** A beat older than this says nothing about the database that answers now. */
const freshMs = 4_000;

/** Whether the database is the one it was: asked each second, before anything strict is spent. */
@Injectable()
export class DatabaseTrustService {
  private readonly logger = new Logger(DatabaseTrustService.name);
  private trustedAt = -Infinity;

  constructor(
    private readonly workers: RefreshWorkers,
    private readonly restores: Restores,
    private readonly worker: WorkerIdentity,
    private readonly mirror: Mirror,
  ) {}

  /** False while it was not looked at lately, or a restore is not dealt with. */
  get isTrusted(): boolean {
    return performance.now() - this.trustedAt < freshMs;
  }

  async beat(): Promise<void> {
    const known = this.mirror.read();
    const asked = performance.now();
    const found = await this.workers.beat();
    const isOther = known && known.system_identifier !== found.systemIdentifier;
    if (known && (isOther || found.before < known.beats)) {
      this.logger.error(
        { lost_from: found.beforeAt, lost_until: known.at },
        'the database was restored: strictly rotated connections go into quarantine',
      );
      await this.restores.report(this.worker.id, found.beforeAt, new Date(known.at));
      this.trustedAt = -Infinity;
    } else {
      this.trustedAt = found.restore === null ? asked : -Infinity;
    }
    const { systemIdentifier: system_identifier, beats } = found;
    await this.mirror.write({ system_identifier, beats, at: new Date().toISOString() });
  }
}
