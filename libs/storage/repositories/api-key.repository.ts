import { ApiKey } from '../entities/api-key.entity.js';
import type { TransactionContext } from '../transaction.js';

export class ApiKeyRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(key: Omit<ApiKey, 'workspaceId' | 'createdAt' | 'revokedAt'>): Promise<void> {
    await this.context.manager.insert(ApiKey, { ...key, workspaceId: this.context.workspace });
  }

  async find(id: string): Promise<ApiKey | null> {
    return this.context.manager.findOneBy(ApiKey, { workspaceId: this.context.workspace, id });
  }

  /** Newest first (ids grow with time), after the id in the cursor. */
  async list(limit: number, after?: string): Promise<ApiKey[]> {
    const query = this.context.manager
      .createQueryBuilder(ApiKey, 'key')
      .where('key.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('key.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('key.id < :after', { after });
    return query.getMany();
  }

  async update(id: string, change: Pick<ApiKey, 'name' | 'expiresAt'>): Promise<void> {
    await this.context.manager.update(ApiKey, { workspaceId: this.context.workspace, id }, change);
  }

  /** False where it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE api_key SET revoked_at = now() WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL`,
      [this.context.workspace, id],
    );
    return count === 1;
  }
}
