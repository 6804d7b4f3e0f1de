import type { TransactionContext } from '../transaction.js';

/** A revocation that a subscriber is to be told of. */
export interface SecurityEventDelivery {
  eventId: string;
  occurredAt: Date;
  data: { connection: string; end_user: string | null; integration: string; provider: string };
  /** Null also where the connection was erased meanwhile. */
  endUserEmail: string | null;
  attempts: number;
}

/** What it told of is not kept any more: only that it ended. */
const ended = `due_at = NULL, data = '{}', updated_at = now()`;

/** What is still to be told to subscribers; each revocation once to each. */
export class SecurityEventDeliveryRepository {
  constructor(private readonly context: TransactionContext) {}

  /** One for each subscriber, of each revocation among the events after `position` and up to `upTo`. */
  async insertRevocations(position: number, upTo: number): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO security_event_delivery (workspace_id, subscriber_id, event_id, occurred_at, data, state, due_at)
       SELECT e.workspace_id, s.id, e.id, e.occurred_at, jsonb_build_object('connection', e.data -> 'connection',
         'end_user', e.data -> 'end_user', 'integration', e.data -> 'integration', 'provider', e.data -> 'provider'),
         'pending', now()
       FROM outbox_event e
       JOIN security_event_subscriber s ON s.workspace_id = e.workspace_id AND s.created_at <= e.occurred_at
       WHERE e.workspace_id = $1 AND e.position > $2 AND e.position <= $3 AND e.type = 'connection.revoking'
       ON CONFLICT DO NOTHING`,
      [this.context.workspace, position, upTo],
    );
  }

  /** One that was claimed. Undefined where its subscriber was deleted since. */
  async find(subscriber: string, event: string): Promise<SecurityEventDelivery | undefined> {
    const [row] = await this.context.manager.query<SecurityEventDelivery[]>(
      `SELECT d.event_id AS "eventId", d.occurred_at AS "occurredAt", d.data, c.end_user_email AS "endUserEmail", d.attempts
       FROM security_event_delivery d
       LEFT JOIN connection c ON c.workspace_id = d.workspace_id AND c.id = d.data ->> 'connection'
       WHERE d.workspace_id = $1 AND d.subscriber_id = $2 AND d.event_id = $3 AND d.state = 'pending'`,
      [this.context.workspace, subscriber, event],
    );
    return row;
  }

  async retry(subscriber: string, event: string, inMs: number, error: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_delivery SET due_at = now() + $4 * interval '1 ms', last_error = $5, updated_at = now()
       WHERE workspace_id = $1 AND subscriber_id = $2 AND event_id = $3 AND state = 'pending'`,
      [this.context.workspace, subscriber, event, inMs, error],
    );
  }

  /** Ends what a subscriber could not be told for so long. */
  async giveUp(subscriber: string, afterMs: number, error: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_delivery SET ${ended}, state = 'failed', last_error = $4
       WHERE workspace_id = $1 AND subscriber_id = $2 AND state = 'pending'
         AND occurred_at < now() - $3 * interval '1 ms'`,
      [this.context.workspace, subscriber, afterMs, error],
    );
  }

  async finish(
    subscriber: string,
    event: string,
    state: 'delivered' | 'failed',
    error: string | null,
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_delivery SET ${ended}, state = $4, last_error = $5
       WHERE workspace_id = $1 AND subscriber_id = $2 AND event_id = $3 AND state = 'pending'`,
      [this.context.workspace, subscriber, event, state, error],
    );
  }
}
