import type { QueryDeepPartialEntity } from 'typeorm';
import { SecurityEventStream } from '../entities/security-event-stream.entity.js';
import type { TransactionContext } from '../transaction.js';

export type NewSecurityEventStream = Pick<
  SecurityEventStream,
  'id' | 'name' | 'issuer' | 'audience' | 'delivery' | 'authorizationHash' | 'policies'
> &
  Partial<SecurityEventStream>;

/** Streams of security events. */
export class SecurityEventStreamRepository {
  constructor(private readonly context: TransactionContext) {}

  async insert(stream: NewSecurityEventStream): Promise<void> {
    const row = { ...stream, workspaceId: this.context.workspace, version: 1 };
    await this.context.manager.insert(
      SecurityEventStream,
      row as QueryDeepPartialEntity<SecurityEventStream>,
    );
  }

  async find(id: string): Promise<SecurityEventStream | null> {
    return this.context.manager.findOneBy(SecurityEventStream, { workspaceId: this.context.workspace, id });
  }

  /** The row, locked until the transaction ends. */
  async lock(id: string): Promise<SecurityEventStream | null> {
    return this.context.manager.findOne(SecurityEventStream, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Newest first (ids grow with time), after the id in the cursor. */
  async list(limit: number, after?: string): Promise<SecurityEventStream[]> {
    const query = this.context.manager
      .createQueryBuilder(SecurityEventStream, 'stream')
      .where('stream.workspaceId = :workspace', { workspace: this.context.workspace })
      .orderBy('stream.id', 'DESC')
      .limit(limit);
    if (after) query.andWhere('stream.id < :after', { after });
    return query.getMany();
  }

  /** Writes a changed row that this transaction locked, as its next version. */
  async update(stream: SecurityEventStream): Promise<void> {
    const { workspaceId, id, createdAt: _createdAt, version, ...columns } = stream;
    await this.context.manager.update(SecurityEventStream, { workspaceId, id }, {
      ...columns,
      version: version + 1,
    } as QueryDeepPartialEntity<SecurityEventStream>);
  }

  async delete(id: string): Promise<void> {
    await this.context.manager.delete(SecurityEventStream, { workspaceId: this.context.workspace, id });
  }

  /** What the transmitter told of the stream itself: no change of ours, so its version stays. */
  async recordTold(id: string, told: { verified?: boolean; status?: string }): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_stream SET verified_at = CASE WHEN $3 THEN now() ELSE verified_at END,
         transmitter_status = coalesce($4, transmitter_status) WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, told.verified ?? false, told.status ?? null],
    );
  }

  async recordError(id: string, error: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_stream SET last_error = $3 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, error],
    );
  }

  /** Takes a poll stream that is due for `leaseMs`; undefined where somebody else has it. */
  async claimPoll(id: string, leaseMs: number): Promise<SecurityEventStream | undefined> {
    const { manager, workspace } = this.context;
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE security_event_stream SET poll_due_at = now() + $3 * interval '1 ms'
       WHERE workspace_id = $1 AND id = $2 AND delivery = 'poll' AND poll_due_at <= now()`,
      [workspace, id, leaseMs],
    );
    return count === 0 ? undefined : ((await this.find(id)) ?? undefined);
  }

  /** When it is due again, and what went wrong. Whoever holds it calls this to keep it, too. */
  async settlePoll(id: string, inMs: number, error: string | null): Promise<void> {
    await this.context.manager.query(
      `UPDATE security_event_stream SET poll_due_at = now() + $3 * interval '1 ms', last_error = $4
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, inMs, error],
    );
  }
}
