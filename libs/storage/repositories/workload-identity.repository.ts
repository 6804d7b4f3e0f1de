import type { QueryDeepPartialEntity } from 'typeorm';
import { WorkloadIdentity } from '../entities/workload-identity.entity.js';
import type { TransactionContext } from '../transaction.js';

export type NewWorkloadIdentity = Omit<WorkloadIdentity, 'workspaceId' | 'createdAt' | 'version'>;

export class WorkloadIdentityRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(identity: NewWorkloadIdentity): Promise<void> {
    const row = { ...identity, workspaceId: this.context.workspace };
    await this.context.manager.insert(WorkloadIdentity, row as QueryDeepPartialEntity<WorkloadIdentity>);
  }

  async find(id: string): Promise<WorkloadIdentity | null> {
    return this.context.manager.findOneBy(WorkloadIdentity, { workspaceId: this.context.workspace, id });
  }

  async countOf(issuer: string): Promise<number> {
    return this.context.manager.countBy(WorkloadIdentity, { workspaceId: this.context.workspace, issuer });
  }

  /** The row, locked until the transaction ends. */
  async lock(id: string): Promise<WorkloadIdentity | null> {
    return this.context.manager.findOne(WorkloadIdentity, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Newest first (ids grow with time), after the id in the cursor. */
  async list(limit: number, after?: string): Promise<WorkloadIdentity[]> {
    const query = this.context.manager
      .createQueryBuilder(WorkloadIdentity, 'identity')
      .where('identity.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('identity.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('identity.id < :after', { after });
    return query.getMany();
  }

  /** Writes a changed row that this transaction locked, as its next version. */
  async update(identity: WorkloadIdentity): Promise<void> {
    const { workspaceId, id, createdAt: _createdAt, version, ...columns } = identity;
    await this.context.manager.update(WorkloadIdentity, { workspaceId, id }, {
      ...columns,
      version: version + 1,
    } as QueryDeepPartialEntity<WorkloadIdentity>);
  }

  async delete(id: string): Promise<void> {
    await this.context.manager.delete(WorkloadIdentity, { workspaceId: this.context.workspace, id });
  }
}
