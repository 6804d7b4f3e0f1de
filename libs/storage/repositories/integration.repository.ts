import { In, type QueryDeepPartialEntity } from 'typeorm';
import { IntegrationSecret } from '../entities/integration-secret.entity.js';
import { Integration } from '../entities/integration.entity.js';
import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';

export type NewIntegration = Omit<
  Integration,
  'workspaceId' | 'version' | 'createdAt' | 'updatedAt' | 'pausedReason'
>;

export class IntegrationRepository {
  constructor(private readonly context: TransactionContext) {}

  async find(id: string): Promise<Integration | null> {
    return this.context.manager.findOneBy(Integration, { workspaceId: this.context.workspace, id });
  }

  async findAll(ids: readonly string[]): Promise<Integration[]> {
    return this.context.manager.findBy(Integration, {
      workspaceId: this.context.workspace,
      id: In([...ids]),
    });
  }

  /** The row, locked until the transaction ends. */
  async lock(id: string): Promise<Integration | null> {
    return this.context.manager.findOne(Integration, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async insert(integration: NewIntegration): Promise<void> {
    const row = { ...integration, workspaceId: this.context.workspace, version: 1 };
    await this.context.manager.insert(Integration, row as QueryDeepPartialEntity<Integration>);
  }

  /** Writes a changed row that this transaction locked, as its next version. */
  async update(integration: Integration): Promise<void> {
    const { workspaceId, id, createdAt: _createdAt, version, ...columns } = integration;
    await this.context.manager.update(Integration, { workspaceId, id }, {
      ...columns,
      version: version + 1,
      updatedAt: new Date(),
    } as QueryDeepPartialEntity<Integration>);
  }

  /** Newest first (ids grow with time), after the id in the cursor. */
  async list(limit: number, after?: string): Promise<Integration[]> {
    const query = this.context.manager
      .createQueryBuilder(Integration, 'integration')
      .where('integration.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('integration.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('integration.id < :after', { after });
    return query.getMany();
  }

  async hasConnections(id: string): Promise<boolean> {
    const [row] = await this.context.manager.query<{ found: boolean }[]>(
      `SELECT EXISTS (SELECT FROM connection WHERE workspace_id = $1 AND integration_id = $2) AS found`,
      [this.context.workspace, id],
    );
    return row!.found;
  }

  async delete(id: string): Promise<void> {
    await this.context.manager.delete(Integration, { workspaceId: this.context.workspace, id });
  }

  /** Pauses or resumes; false where it already was so. */
  async changeState(id: string, from: string, to: string, reason: string | null): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE integration SET state = $4, paused_reason = $5, version = version + 1, updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND state = $3`,
      [this.context.workspace, id, from, to, reason],
    );
    return count === 1;
  }

  /** True for one caller every `everyMs`: a paused integration is tried, but not by everybody. */
  async claimProbe(id: string, everyMs: number): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE integration SET updated_at = now() WHERE workspace_id = $1 AND id = $2 AND state = 'paused'
         AND updated_at < now() - $3 * interval '1 ms'`,
      [this.context.workspace, id, everyMs],
    );
    return count === 1;
  }

  /** Lets the planner take up at once whatever of it is due. */
  async releaseClaims(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection_slot s SET claimed_epoch = NULL, claimed_until = NULL FROM connection c
       WHERE s.workspace_id = $1 AND c.workspace_id = $1 AND c.id = s.connection_id AND c.integration_id = $2
         AND s.claimed_epoch IS NOT NULL`,
      [this.context.workspace, id],
    );
  }

  /** Client secrets, newest first. */
  async listSecrets(...integrationIds: string[]): Promise<IntegrationSecret[]> {
    return this.context.manager.find(IntegrationSecret, {
      where: { workspaceId: this.context.workspace, integrationId: In(integrationIds) },
      order: { createdAt: 'DESC' },
    });
  }

  /** Adds a secret; `seal` is given the id that binds it. */
  async insertSecret(integrationId: string, seal: (secretId: string) => Buffer): Promise<void> {
    const id = newId('sec');
    await this.context.manager.insert(IntegrationSecret, {
      workspaceId: this.context.workspace,
      id,
      integrationId,
      sealed: seal(id),
    });
  }

  async deleteSecrets(integrationId: string): Promise<void> {
    await this.context.manager.delete(IntegrationSecret, {
      workspaceId: this.context.workspace,
      integrationId,
    });
  }
}
