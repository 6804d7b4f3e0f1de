import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Everything a token read decides on, as it stood at `readAt` (database clock). */
export interface ReadableToken {
  connectionId: string;
  state: string;
  reason: { code: string; detail?: string } | null;
  integrationState: string;
  slot: string | null;
  /** The slot's own id, the stem of its job ids. */
  slotId: string | null;
  generation: number | null;
  sealedAccessToken: Buffer | null;
  tokenType: string | null;
  scope: string | null;
  issuedAt: Date | null;
  expiresAt: Date | null;
  refreshDueAt: Date | null;
  renewable: boolean;
  readAt: Date;
}

/** The read path's one query: many connections of one workspace in one prepared call. */
@Injectable()
export class TokenReader {
  constructor(private readonly database: Database) {}

  /** A row a (connection, slot); a connection that does not exist in the workspace has none. */
  async read(workspace: string, connectionIds: readonly string[]): Promise<ReadableToken[]> {
    return this.database.prepared<ReadableToken>('read_token_sets', READ, [workspace, connectionIds]);
  }
}

const READ = `SELECT connection_id AS "connectionId", state, reason, integration_state AS "integrationState",
  slot, slot_id AS "slotId", generation, sealed_access_token AS "sealedAccessToken",
  token_type AS "tokenType", scope, issued_at AS "issuedAt", expires_at AS "expiresAt",
  refresh_due_at AS "refreshDueAt", renewable, read_at AS "readAt"
  FROM read_token_sets($1, $2)`;
