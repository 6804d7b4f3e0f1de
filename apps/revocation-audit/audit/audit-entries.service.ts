import { Injectable } from '@nestjs/common';
import type { Caller } from '#platform';
import {
  AuditQueryRepository,
  Database,
  DeniedAccesses,
  type AuditFilter,
  type DeniedAccess,
  type ListedAuditEntry,
} from '#storage';

const day = 86_400_000;

/** Reads the audit log. */
@Injectable()
export class AuditEntriesService {
  constructor(
    private readonly database: Database,
    private readonly denied: DeniedAccesses,
  ) {}

  /** Newest first, one more than `limit` where there is one. */
  async list(
    { workspace }: Caller,
    filter: AuditFilter,
    limit: number,
    afterSequence?: number,
  ): Promise<ListedAuditEntry[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(AuditQueryRepository).list(filter, limit + 1, afterSequence),
    );
  }

  /** Attempts without a valid credential belong to no workspace. */
  async listDenied(since: Date | undefined, limit: number): Promise<DeniedAccess[]> {
    return this.denied.list(since ?? new Date(Date.now() - day), limit);
  }
}
