import { Injectable } from '@nestjs/common';
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
}
