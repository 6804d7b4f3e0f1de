import { Injectable, Logger } from '@nestjs/common';
import { RevocationQueue } from '#events';
import { Problem, requestId, type Caller } from '#platform';
import {
  applyTransition,
  ConnectionRepository,
  Database,
  newId,
  RevocationRepository,
  SlotRepository,
  type Connection,
  type Transaction,
} from '#storage';
import { FinishingService } from '../telling/finishing.service.js';
import { auditRevocation } from './audit-revocation.js';
import type { ShownRevocation } from './revocation.view.js';
import { findShown, ShownRevocationsService } from './shown-revocations.service.js';

/** Revokes one connection: at once for everybody who reads tokens here, durably at the provider. */
@Injectable()
export class RevocationsService {
  private readonly logger = new Logger(RevocationsService.name);

  constructor(
    private readonly database: Database,
    private readonly queue: RevocationQueue,
    private readonly finishing: FinishingService,
    private readonly shown: ShownRevocationsService,
  ) {}

  /**
   * State, fence, audit entry and event in one transaction: a read begun after the answer never returns the token.
   * A connection that is revoked already answers the revocation that did it.
   */
  async create(
    caller: Caller,
    wish: { connection: string; reason: string },
  ): Promise<ShownRevocation & { isNew: boolean }> {
    const { answer, items } = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(wish.connection);
      if (!connection)
        throw new Problem('connection-not-found', `There is no connection ${wish.connection} here.`);
      const earlier = await this.earlier(tx, connection);
      if (earlier !== undefined)
        return { answer: { ...(await findShown(tx, earlier)), isNew: false }, items: [] };
      const { id, items } = await this.revoke(tx, caller, connection, wish.reason);
      return { answer: { ...(await findShown(tx, id)), isNew: true }, items };
    });
    for (const item of items) this.wake(caller.workspace, item);
    return answer;
  }

  /** Makes what failed at the provider due again; answers the revocation. */
  async retryFailed(caller: Caller, id: string): Promise<ShownRevocation> {
    const { revocation } = await this.shown.find(caller, id);
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const count = await tx.get(RevocationRepository).retryFailed(revocation.id);
      if (count > 0) await auditRevocation(tx, caller, 'retried', id, { items: count });
    });
    return this.shown.find(caller, id);
  }

  private async earlier(tx: Transaction, { id, state }: Connection): Promise<string | undefined> {
    if (state !== 'revoking' && state !== 'revoked') return undefined;
    return (await tx.get(RevocationRepository).findOfConnection(id))?.id;
  }

  private async revoke(
    tx: Transaction,
    { actor }: Caller,
    connection: Connection,
    reason: string,
  ): Promise<{ id: string; items: string[] }> {
    const id = newId('rev');
    const slots = tx.get(SlotRepository);
    await applyTransition(tx, connection, 'revoked', {
      actor,
      reason: { code: 'revoked', detail: reason },
      requestId: requestId(),
    });
    await slots.fenceOff(connection.id);
    const revocations = tx.get(RevocationRepository);
    await revocations.insert({ id, connectionId: connection.id, reason, requestedBy: actor });
    const items = (await slots.listWithTokens([connection.id])).map((slot) => ({
      ...slot,
      id: newId('rvi'),
      revocationId: id,
    }));
    await revocations.insertItems(items);
    if (items.length === 0) await this.finishing.finishAll(tx, [{ revocationId: id, connection }]);
    return { id, items: items.map((item) => item.id) };
  }

  /** Only a hint: the row in Postgres is the work, and is found without it. */
  private wake(workspace: string, item: string): void {
    this.queue
      .wake({ id: item, attempts: 0 }, { workspace, item, request_id: requestId() })
      .catch((error: unknown) => this.logger.debug({ err: error }, 'the queue was not woken'));
  }
}
