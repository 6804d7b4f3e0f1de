import { SecurityEvent, type SecurityEventOutcome } from '../entities/security-event.entity.js';
import type { TransactionContext } from '../transaction.js';

export type NewSecurityEvent = Pick<
  SecurityEvent,
  'id' | 'streamId' | 'jti' | 'issuedAt' | 'subject' | 'events'
>;

/** People as a security event names them; emails in lower case. */
export interface NamedPeople {
  endUsers: string[];
  emails: string[];
  /** At one of these integrations, by this subject. */
  subjects: { integration: string; subject: string }[];
}

/** The inbox of security events: each jti of a stream once, and processed until it is done. */
export class SecurityEventRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Due at once. False where the stream had that jti before: nothing is written then. */
  async insert(event: NewSecurityEvent): Promise<boolean> {
    const rows = await this.context.manager.query<unknown[]>(
      `INSERT INTO security_event (workspace_id, id, stream_id, jti, issued_at, subject, events, state, due_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', now()) ON CONFLICT (workspace_id, stream_id, jti) DO NOTHING
       RETURNING id`,
      [
        this.context.workspace,
        event.id,
        event.streamId,
        event.jti,
        event.issuedAt,
        event.subject === null ? null : JSON.stringify(event.subject),
        JSON.stringify(event.events),
      ],
    );
    return rows.length > 0;
  }

  /** Takes one that is due for `leaseMs`; undefined where somebody else has it, or it is done. */
  async claim(id: string, leaseMs: number): Promise<SecurityEvent | undefined> {
    const { manager, workspace } = this.context;
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE security_event SET attempts = attempts + 1, due_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending' AND due_at <= now()`,
      [workspace, id, leaseMs],
    );
    if (count === 0) return undefined;
    return (await manager.findOneBy(SecurityEvent, { workspaceId: workspace, id })) ?? undefined;
  }

  async retry(id: string, inMs: number): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event SET due_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending'`,
      [this.context.workspace, id, inMs],
    );
  }

  /** True for the one caller that ends it. */
  async finish(id: string, outcome: SecurityEventOutcome): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE security_event SET state = 'processed', due_at = NULL, processed_at = now(), outcome = $3
       WHERE workspace_id = $1 AND id = $2 AND state = 'pending'`,
      [this.context.workspace, id, JSON.stringify(outcome)],
    );
    return count === 1;
  }

  /** The connections of the people that are named, without those that are revoked unless `ended`; oldest first. */
  async listConnectionsOf(
    { endUsers, emails, subjects }: NamedPeople,
    { ended = false } = {},
  ): Promise<string[]> {
    const isMeant = ended ? 'true' : isAlive;
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT id FROM connection WHERE workspace_id = $1 AND end_user_id = ANY ($2) AND ${isMeant}
       UNION
       SELECT id FROM connection WHERE workspace_id = $1 AND lower(end_user_email) = ANY ($3)
         AND end_user_email IS NOT NULL AND ${isMeant}
       UNION
       SELECT c.id FROM unnest($4::text[], $5::text[]) AS s (integration, subject)
         JOIN connection c ON c.workspace_id = $1 AND c.subject = s.subject AND c.integration_id = s.integration
       WHERE ${isMeant}
       ORDER BY id`,
      [
        this.context.workspace,
        endUsers,
        emails,
        subjects.map(({ integration }) => integration),
        subjects.map(({ subject }) => subject),
      ],
    );
    return rows.map(({ id }) => id);
  }
}

const isAlive = `state NOT IN ('revoking', 'revoked')`;
