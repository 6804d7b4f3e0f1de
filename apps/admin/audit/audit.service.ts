import { Injectable } from '@nestjs/common';
import { Problem } from '#platform';
import { AuditQueryRepository, Database, type AuditFilter, type ListedAuditEntry } from '#storage';

@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  /** One row more than `limit`, where there is one. */
  async list(
    workspace: string,
    filter: AuditFilter,
    limit: number,
    afterSequence?: number,
  ): Promise<ListedAuditEntry[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(AuditQueryRepository).list(filter, limit + 1, afterSequence),
    );
  }

  /** @throws Problem `audit-entry-not-found` */
  async find(workspace: string, id: string): Promise<ListedAuditEntry> {
    const entry = await this.database.inWorkspace(workspace, (tx) => tx.get(AuditQueryRepository).find(id));
    if (!entry)
      throw new Problem('audit-entry-not-found', `There is no audit entry ${id} in this workspace.`);
    return entry;
  }

  async actions(workspace: string): Promise<string[]> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(AuditQueryRepository).actions());
  }
}
