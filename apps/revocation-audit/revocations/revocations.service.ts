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
  type RevocationItem,
  type Transaction,
} from '#storage';
import { FinishingService } from '../telling/finishing.service.js';
import type { CreateRevocation, ShownRevocation } from './revocation.dto.js';

/** Revokes connections: at once for everybody who reads tokens here, durably at the provider. */
@Injectable()
export class RevocationsService {
  private readonly logger = new Logger(RevocationsService.name);

  constructor(
    private readonly database: Database,
    private readonly queue: RevocationQueue,
    private readonly finishing: FinishingService,
  ) {}

  /**
   * State, fence, audit entry and event in one transaction: a read begun after the answer never returns the token.
   * A connection that is revoked already answers the revocation that did it.
   */
  async create(caller: Caller, wish: CreateRevocation): Promise<ShownRevocation & { isNew: boolean }> {
    const { id, isNew, items } = await this.database.inWorkspace(caller.workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(wish.connection);
      if (!connection)
        throw new Problem('connection-not-found', `There is no connection ${wish.connection} here.`);
      const earlier = await this.earlier(tx, connection);
      if (earlier !== undefined) return { id: earlier, isNew: false, items: [] };
      return { ...(await this.revoke(tx, caller, connection, wish.reason)), isNew: true };
    });
    for (const item of items) this.wake(caller.workspace, item);
    return { ...(await this.find(caller, id)), isNew };
  }

  async find({ workspace }: Caller, id: string): Promise<ShownRevocation> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const revocations = tx.get(RevocationRepository);
      const revocation = await revocations.find(id);
      if (!revocation) throw notFound(id);
      return { revocation, counts: (await revocations.countItems([id])).get(id) };
    });
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<ShownRevocation[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const revocations = tx.get(RevocationRepository);
      const rows = await revocations.list(limit + 1, after);
      const counts = await revocations.countItems(rows.map(({ id }) => id));
      return rows.map((revocation) => ({ revocation, counts: counts.get(revocation.id) }));
    });
  }

  /** One more than `limit`, where there is one. */
  async listItems(
    { workspace }: Caller,
    id: string,
    limit: number,
    after?: string,
  ): Promise<RevocationItem[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const revocations = tx.get(RevocationRepository);
      if (!(await revocations.find(id))) throw notFound(id);
      return revocations.listItems(id, limit + 1, after);
    });
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
    const items: string[] = [];
    for (const { slot, generation } of await slots.listOf(connection.id)) {
      if (generation === 0) continue;
      const item = newId('rvi');
      await revocations.insertItem({
        id: item,
        revocationId: id,
        connectionId: connection.id,
        slot,
        generation,
      });
      items.push(item);
    }
    if (items.length === 0) await this.finishing.finish(tx, id, connection);
    return { id, items };
  }

  /** Only a hint: the row in Postgres is the work, and is found without it. */
  private wake(workspace: string, item: string): void {
    this.queue
      .wake({ id: item, attempts: 0 }, { workspace, item, request_id: requestId() })
      .catch((error: unknown) => this.logger.debug({ err: error }, 'the queue was not woken'));
  }
}

function notFound(id: string): Problem {
  return new Problem('revocation-not-found', `There is no revocation ${id} in this workspace.`);
}
