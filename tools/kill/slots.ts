import type { Surroundings } from './surroundings.js';

/** What Postgres says of one connection. */
export interface SlotState {
  connection: string;
  state: string;
  reason: string | null;
  generation: number;
  fence: number;
  leased: boolean;
  /** Of its newest refresh. */
  attempt: string | null;
  open: boolean;
  /** Its answer is in Postgres, not yet installed. */
  landed: boolean;
  /** Events that no stream has seen. */
  unpublished: number;
}

/** Postgres's rows of some connections, looked at and moved in time. */
export class Slots {
  constructor(
    private readonly around: Surroundings,
    private readonly connections: readonly string[],
  ) {}

  async read(): Promise<Map<string, SlotState>> {
    const rows = await this.around.database.query<SlotState>(
      `SELECT c.id AS connection, c.state, c.reason ->> 'code' AS reason, s.generation, s.fence,
         coalesce(s.lease_until > now(), false) AS leased, a.id AS attempt,
         coalesce(a.closed_at IS NULL, false) OR s.open_attempt_id IS NOT NULL AS open,
         EXISTS (SELECT FROM token_landing l WHERE l.attempt_id = a.id) AS landed,
         (SELECT count(*)::int FROM outbox_event o WHERE o.subject = c.id AND o.published_at IS NULL) AS unpublished
       FROM connection c JOIN connection_slot s ON s.connection_id = c.id
       LEFT JOIN LATERAL (SELECT * FROM refresh_attempt a WHERE a.connection_id = c.id
         ORDER BY a.started_at DESC LIMIT 1) a ON true
       WHERE c.id = ANY ($1)`,
      [this.connections],
    );
    return new Map(rows.map((row) => [row.connection, { ...row, open: row.attempt !== null && row.open }]));
  }

  /** All at once, or one after the other at this distance. */
  async makeDue(apartMs = 0): Promise<void> {
    await this.around.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() + array_position($1, connection_id) * $2 * interval '1 ms',
         claimed_epoch = NULL, claimed_until = NULL
       WHERE connection_id = ANY ($1)`,
      [this.connections, apartMs],
    );
  }

  /**
   * Time passes at once, for whoever looks at it: leases, waits, ages of attempts and tokens in Postgres, and the windows
   * at the provider, all by as much. So nothing is easier than if somebody had waited. Only slots grow older whose
   * refresh is not over, and none whose lease a living worker holds: the clock by which it writes in time does not jump.
   */
  async letPass(ms: number, dead: ReadonlyMap<string, SlotState>): Promise<void> {
    const back = `$2 * interval '1 ms'`;
    await this.around.database.query(
      `WITH aged AS (
         SELECT s.connection_id, s.slot, s.generation, s.fence FROM connection_slot s
         JOIN unnest($1::text[], $3::int[]) AS dead (connection, fence) ON dead.connection = s.connection_id
         WHERE EXISTS (SELECT FROM refresh_attempt a WHERE a.connection_id = s.connection_id AND a.closed_at IS NULL)
           AND (s.lease_until IS NULL OR s.lease_until <= now() OR s.fence = dead.fence)
       ), sets AS (
         UPDATE token_set t SET issued_at = t.issued_at - ${back}, expires_at = t.expires_at - ${back} FROM aged
         WHERE t.connection_id = aged.connection_id AND t.slot = aged.slot AND t.generation = aged.generation
       ), attempts AS (
         UPDATE refresh_attempt a SET started_at = a.started_at - ${back}, deadline = a.deadline - ${back},
           resolve_at = a.resolve_at - ${back}
         FROM aged WHERE a.connection_id = aged.connection_id AND a.slot = aged.slot AND a.closed_at IS NULL
       )
       UPDATE connection_slot s SET lease_until = s.lease_until - ${back}, expires_at = s.expires_at - ${back},
         refresh_due_at = s.refresh_due_at - ${back}
       FROM aged WHERE s.connection_id = aged.connection_id AND s.slot = aged.slot AND s.fence = aged.fence`,
      [this.connections, ms, this.connections.map((connection) => dead.get(connection)!.fence)],
    );
    this.around.age(ms);
  }
}
