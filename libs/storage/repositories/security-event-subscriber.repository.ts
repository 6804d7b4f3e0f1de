import type { TransactionContext } from '../transaction.js';

/** Somebody whom we tell of revocations. */
export interface SecurityEventSubscriber {
  id: string;
  name: string;
  endpointUrl: string;
  audience: string;
  subjectFormat: 'opaque' | 'email';
  sealedAuthorization: Buffer | null;
  createdAt: Date;
}

export type NewSecurityEventSubscriber = Omit<SecurityEventSubscriber, 'createdAt'>;

const columns = `id, name, endpoint_url AS "endpointUrl", audience, subject_format AS "subjectFormat",
  sealed_authorization AS "sealedAuthorization", created_at AS "createdAt"`;

/** Subscribers of security events. */
export class SecurityEventSubscriberRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(subscriber: NewSecurityEventSubscriber): Promise<void> {
    const { id, name, endpointUrl, audience, subjectFormat, sealedAuthorization } = subscriber;
    await this.context.manager.query(
      `INSERT INTO security_event_subscriber (workspace_id, id, name, endpoint_url, audience, subject_format,
         sealed_authorization) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [this.context.workspace, id, name, endpointUrl, audience, subjectFormat, sealedAuthorization],
    );
  }

  async find(id: string): Promise<SecurityEventSubscriber | undefined> {
    const rows = await this.context.manager.query<SecurityEventSubscriber[]>(
      `SELECT ${columns} FROM security_event_subscriber WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
    return rows[0];
  }

  /** Newest first, after the id in the cursor. */
  async list(limit: number, after?: string): Promise<SecurityEventSubscriber[]> {
    return this.context.manager.query<SecurityEventSubscriber[]>(
      `SELECT ${columns} FROM security_event_subscriber
       WHERE workspace_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.context.workspace, after ?? null, limit],
    );
  }

  /** Leaves it alone for so long. False but for the first of what failed together, which all saw these `failures`. */
  async hold(id: string, failures: number, forMs: number): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE security_event_subscriber SET failures = failures + 1, held_until = now() + $4 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND failures = $3`,
      [this.context.workspace, id, failures, forMs],
    );
    return count === 1;
  }

  /** It answers again. */
  async release(id: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_subscriber SET failures = 0, held_until = NULL
       WHERE workspace_id = $1 AND id = $2 AND failures > 0`,
      [this.context.workspace, id],
    );
  }

  /** With what was still to be sent. False where there is none. */
  async delete(id: string): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `DELETE FROM security_event_subscriber WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id],
    );
    return count === 1;
  }
}
