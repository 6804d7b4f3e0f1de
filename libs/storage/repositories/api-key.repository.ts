import { ApiKey } from '../entities/api-key.entity.js';
import type { TransactionContext } from '../transaction.js';

export type NewApiKey = Pick<
  ApiKey,
  'id' | 'name' | 'prefix' | 'keyHash' | 'scopes' | 'allowedAddresses' | 'personId' | 'expiresAt'
>;

export class ApiKeyRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(key: NewApiKey): Promise<void> {
    await this.context.manager.insert(ApiKey, { ...key, workspaceId: this.context.workspace });
  }

  async find(id: string): Promise<ApiKey | null> {
    return this.context.manager.findOneBy(ApiKey, { workspaceId: this.context.workspace, id });
  }

  /** The row, locked until the transaction ends. */
  async lock(id: string): Promise<ApiKey | null> {
    return this.context.manager.findOne(ApiKey, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
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

  /** Writes what may change of a row that this transaction locked, as its next version. */
  async update({ workspaceId, id, name, expiresAt, allowedAddresses, version }: ApiKey): Promise<void> {
    const change = { name, expiresAt, allowedAddresses, version: version + 1 };
    await this.context.manager.update(ApiKey, { workspaceId, id }, change);
  }

  /**
   * Gives it another key, for which `personId` answers from now on, where a person is known; the former one works for
   * the overlap, though never longer than the key itself.
   */
  async rotate(
    id: string,
    { prefix, keyHash, personId }: Pick<ApiKey, 'prefix' | 'keyHash' | 'personId'>,
    overlapSeconds: number,
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE api_key SET prefix = $3, key_hash = $4, rotated_at = now(), version = version + 1,
         previous_key_hash = CASE WHEN $5 > 0 THEN key_hash END, previous_person_id = person_id,
         person_id = coalesce($6, person_id),
         previous_expires_at = least(now() + make_interval(secs => $5), expires_at)
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, prefix, keyHash, overlapSeconds, personId],
    );
  }

  /** False where it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE api_key SET revoked_at = now(), version = version + 1
       WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL`,
      [this.context.workspace, id],
    );
    return count === 1;
  }
}
