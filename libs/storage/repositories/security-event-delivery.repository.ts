import type { TransactionContext } from '../transaction.js';

/** A revocation that a subscriber is to be told of. */
export interface SecurityEventDelivery {
  eventId: string;
  occurredAt: Date;
  /** The data of `connection.revoking`. */
  data: { connection: string; end_user: string | null; integration: string; provider: string };
  endUserEmail: string | null;
  attempts: number;
}

/** What is still to be told to subscribers; each revocation once to each. */
export class SecurityEventDeliveryRepository {
  constructor(private readonly context: TransactionContext) {}

  /** One for each subscriber, of each revocation among the events after `position` and up to `upTo`. */
  async insertRevocations(position: number, upTo: number): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO security_event_delivery (workspace_id, subscriber_id, event_id, occurred_at, data, end_user_email,
         state, due_at)
       SELECT e.workspace_id, s.id, e.id, e.occurred_at, e.data, c.end_user_email, 'pending', now()
       FROM outbox_event e
       JOIN security_event_subscriber s ON s.workspace_id = e.workspace_id AND s.created_at <= e.occurred_at
       LEFT JOIN connection c ON c.workspace_id = e.workspace_id AND c.id = e.subject
       WHERE e.workspace_id = $1 AND e.position > $2 AND e.position <= $3 AND e.type = 'connection.revoking'
       ON CONFLICT DO NOTHING`,
      [this.context.workspace, position, upTo],
    );
  }

  /** Takes one that is due for `leaseMs`; undefined where somebody else has it, or it is done. */
  async claim(
    subscriber: string,
    event: string,
    leaseMs: number,
  ): Promise<SecurityEventDelivery | undefined> {
    const [rows] = await this.context.manager.query<[SecurityEventDelivery[], number]>(
      `UPDATE security_event_delivery
       SET attempts = attempts + 1, due_at = now() + $4 * interval '1 ms', updated_at = now()
       WHERE workspace_id = $1 AND subscriber_id = $2 AND event_id = $3 AND state = 'pending' AND due_at <= now()
       RETURNING event_id AS "eventId", occurred_at AS "occurredAt", data, end_user_email AS "endUserEmail", attempts`,
      [this.context.workspace, subscriber, event, leaseMs],
    );
    return rows[0];
  }

  async retry(subscriber: string, event: string, inMs: number, error: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_delivery SET due_at = now() + $4 * interval '1 ms', last_error = $5, updated_at = now()
       WHERE workspace_id = $1 AND subscriber_id = $2 AND event_id = $3 AND state = 'pending'`,
      [this.context.workspace, subscriber, event, inMs, error],
    );
  }

  async finish(
    subscriber: string,
    event: string,
    state: 'delivered' | 'failed',
    error: string | null,
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_delivery SET state = $4, due_at = NULL, last_error = $5, updated_at = now()
       WHERE workspace_id = $1 AND subscriber_id = $2 AND event_id = $3 AND state = 'pending'`,
      [this.context.workspace, subscriber, event, state, error],
    );
  }
}
