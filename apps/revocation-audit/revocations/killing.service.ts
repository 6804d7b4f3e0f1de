import { Injectable } from '@nestjs/common';
import {
  applyTransitions,
  ConnectionRepository,
  Database,
  newId,
  RevocationJobRepository,
  RevocationRepository,
  SlotRepository,
  type Connection,
  type Revocation,
  type TargetState,
  type Transaction,
} from '#storage';
import { SparingService } from '../reaper/sparing.service.js';
import { FinishingService } from '../telling/finishing.service.js';
import { auditRevocation } from './audit-revocation.js';

/** In one transaction: long enough to be worth its commit, short enough that whoever waits for a lock does not notice. */
const chunk = 250;
/** While one chunk waits for Postgres to write, another is read. */
const lanes = 2;
/** Providers are told a little later where more is still alive here: that goes first, and needs the same database. */
const mostDelayMs = 10_000;
const ourselves = { actor: { type: 'service', id: 'revocation-audit' } } as const;

/** Does a job's work, chunk by chunk; on however many replicas, and again where one of them was killed. */
@Injectable()
export class KillingService {
  constructor(
    private readonly database: Database,
    private readonly finishing: FinishingService,
    private readonly sparing: SparingService,
  ) {}

  /** Until nothing of it is left that nobody has at hand. */
  async work(workspace: string, id: string, goesOn: () => boolean): Promise<void> {
    let waiting = await this.countWaiting(workspace, id);
    const lane = async (): Promise<void> => {
      while (goesOn() && waiting > 0) {
        const taken = await this.killSome(workspace, id, Math.min(waiting, mostDelayMs));
        waiting = taken === 0 ? 0 : waiting - taken;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await this.database.inWorkspace(workspace, async (tx) => {
      const jobs = tx.get(RevocationJobRepository);
      await jobs.endUndecided(id);
      await jobs.markDead(id);
      if (!(await jobs.close(id))) return;
      const targets = (await jobs.countTargets([id])).get(id);
      const items = (await tx.get(RevocationRepository).countItems([id])).get(id);
      await auditRevocation(tx, ourselves, 'finished', id, { targets, items });
    });
  }

  private async countWaiting(workspace: string, id: string): Promise<number> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(RevocationJobRepository).countWaiting(id));
  }

  /**
   * One chunk: its targets, their connections, slots, items, audit entries and events in one transaction. The targets
   * that wait are the work, so a killed one is neither lost nor done twice. Answers how many were taken.
   */
  private async killSome(workspace: string, id: string, tellInMs: number): Promise<number> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const jobs = tx.get(RevocationJobRepository);
      const revocation = await jobs.holdRunning(id);
      if (!revocation) return 0;
      const ids = await jobs.claimTargets(id, chunk);
      if (ids.length === 0) return 0;
      const connections = await tx.get(ConnectionRepository).lockAll(ids);
      const spared = await this.sparing.spared(tx, id, connections);
      const meant = connections.filter((connection) => !spared.has(connection.id));
      const killed = await this.kill(tx, revocation, meant, tellInMs);
      const settled = new Map<string, TargetState>(ids.map((target) => [target, 'erased']));
      for (const connection of connections) settled.set(connection.id, 'already_dead');
      for (const connection of killed) settled.set(connection.id, 'killed');
      for (const connection of spared) settled.set(connection, 'spared');
      await jobs.settleTargets(id, settled);
      return ids.length;
    });
  }

  private async kill(
    tx: Transaction,
    { id, reason, requestedBy, requestId }: Revocation,
    connections: readonly Connection[],
    tellInMs: number,
  ): Promise<Connection[]> {
    const killed = await applyTransitions(tx, connections, 'revoked', {
      actor: requestedBy,
      reason: { code: 'revoked', detail: reason },
      about: { revocation: id },
      requestId: requestId ?? undefined,
    });
    if (killed.length === 0) return killed;
    const slots = tx.get(SlotRepository);
    const ids = killed.map((connection) => connection.id);
    await slots.fenceOffAll(ids);
    const items = (await slots.listWithTokens(ids)).map((slot) => ({
      ...slot,
      id: newId('rvi'),
      revocationId: id,
    }));
    await tx.get(RevocationRepository).insertItems(items, tellInMs);
    const withItems = new Set(items.map(({ connectionId }) => connectionId));
    const tokenless = killed.filter((connection) => !withItems.has(connection.id));
    await this.finishing.finishAll(
      tx,
      tokenless.map((connection) => ({ revocationId: id, connection })),
    );
    return killed;
  }
}
