import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Problem, Repeating } from '#platform';
import {
  ConnectionRepository,
  Database,
  Directory,
  LeakReportRepository,
  pauseConnection,
  type ClaimedLeakReport,
} from '#storage';
import { RevocationsService } from '../revocations/revocations.service.js';
import { leakActor } from './leak-reports.service.js';

const everyMs = 500;
const batch = 50;
/** After a failure, or a death half-way, it is tried again this much later. */
const leaseMs = 10_000;

/** Does what policies ask for about the leaks that were reported: each until it is done, by whichever replica. */
@Injectable()
export class LeakActionsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LeakActionsService.name);
  private readonly loop = new Repeating('leak-reports', everyMs, () => this.round());

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly revocations: RevocationsService,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<number> {
    const due = await this.directory.listDueLeakReports(batch);
    await Promise.all(due.map(({ workspace, id }) => this.process(workspace, id)));
    return due.length < batch ? everyMs : 0;
  }

  private async process(workspace: string, id: string): Promise<void> {
    try {
      const report = await this.database.inWorkspace(workspace, (tx) =>
        tx.get(LeakReportRepository).claim(id, leaseMs),
      );
      if (report?.action === 'freeze') await this.freeze(workspace, id, report);
      if (report?.action === 'revoke') await this.revoke(workspace, id, report);
    } catch (error) {
      this.logger.warn({ err: error, report: id }, 'a leak was not acted on yet');
    }
  }

  private async freeze(workspace: string, id: string, { connectionId }: ClaimedLeakReport): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(connectionId);
      if (!connection) return;
      const cause = { actor: leakActor, reason: { code: 'token_leaked' } };
      const step = await pauseConnection(tx, connection, cause);
      await tx.get(LeakReportRepository).settle(id, step.ok ? 'frozen' : 'not_freezable');
    });
  }

  /** Twice is as once: a revocation that is there already answers itself. */
  private async revoke(
    workspace: string,
    id: string,
    { connectionId, source }: ClaimedLeakReport,
  ): Promise<void> {
    const caller = { workspace, actor: leakActor, permissions: new Set<never>() };
    const reason = `A token of it was reported as leaked by ${source}.`;
    let outcome = 'revoked';
    try {
      await this.revocations.create(caller, { connection: connectionId, reason });
    } catch (error) {
      if (!(error instanceof Problem) || error.slug !== 'connection-not-found') throw error;
      outcome = 'gone';
    }
    await this.database.inWorkspace(workspace, (tx) => tx.get(LeakReportRepository).settle(id, outcome));
  }
}
