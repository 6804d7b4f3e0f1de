import { Injectable } from '@nestjs/common';
import { Problem, requestId, type Caller } from '#platform';
import {
  applyTransition,
  AttemptRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
  QuarantineRepository,
  SlotRepository,
  type Connection,
  type Transaction,
} from '#storage';
import { notFound } from './connections.service.js';

/** What an operator does about a connection that does not go on by itself. */
@Injectable()
export class StuckConnectionsService {
  constructor(private readonly database: Database) {}

  async retry(caller: Caller, id: string): Promise<void> {
    await this.change(caller, id, { action: 'connection.retried' }, async (tx, connection) => {
      const hurried = await tx.get(AttemptRepository).hurryOf(id);
      const isReleased = connection.state === 'quarantined' && (await this.release(tx, caller, connection));
      if (!isReleased && connection.state !== 'degraded') return hurried > 0;
      const slots = tx.get(SlotRepository);
      for (const { slot, openAttemptId } of await slots.listOf(id))
        if (openAttemptId === null) await slots.schedule(id, slot, 0);
      return true;
    });
  }

  async giveUp(caller: Caller, id: string, reason?: string): Promise<void> {
    await this.change(caller, id, { action: 'connection.given_up', reason }, async (tx, connection) => {
      const destroyed = await tx.get(LandingRepository).destroyOrphansOf([id]);
      const slots = tx.get(SlotRepository);
      const inDoubt = (await slots.listOf(id)).some(({ openAttemptId }) => openAttemptId !== null);
      const isStuck = ['degraded', 'quarantined'].includes(connection.state) || inDoubt;
      if (!isStuck) return destroyed > 0;
      await applyTransition(tx, connection, 'reauthorization_required', {
        actor: caller.actor,
        reason: { code: 'given_up' },
        requestId: requestId(),
      });
      await slots.fenceOff(id);
      await tx.get(QuarantineRepository).release(id);
      return true;
    });
  }

  private async release(tx: Transaction, caller: Caller, connection: Connection): Promise<boolean> {
    const step = await applyTransition(tx, connection, 'released', {
      actor: caller.actor,
      reason: { code: 'vouched_for' },
      requestId: requestId(),
    });
    await tx.get(QuarantineRepository).release(connection.id);
    return step.ok;
  }

  private async change(
    { workspace, actor }: Caller,
    id: string,
    { action, reason }: { action: string; reason?: string | undefined },
    work: (tx: Transaction, connection: Connection) => Promise<boolean>,
  ): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection) throw notFound(id);
      const { state } = connection;
      if (!(await work(tx, connection)))
        throw new Problem(
          'nothing-stuck',
          `It is ${state}, and nothing of it waits to be tried or given up.`,
        );
      const subject = { type: 'connection', id };
      const detail = { state, ...(reason !== undefined && { reason }) };
      await tx.get(AuditRepository).append({ actor, action, subject, detail, requestId: requestId() });
    });
  }
}
