import type { ConnectionTags } from '#oauth';
import { In, type QueryDeepPartialEntity } from 'typeorm';
import { Connection, type ConnectionReason } from '../entities/connection.entity.js';
import type { TransactionContext } from '../transaction.js';

export type NewConnection = Omit<
  Connection,
  'workspaceId' | 'version' | 'createdAt' | 'updatedAt' | 'returnState' | 'reason'
>;

const readable = `('active', 'degraded')`;

/** How long it is in a state, and readable, whatever becomes of it in the statement that this is part of. */
const ages = (was: string, becomes: string) =>
  `state_since = CASE WHEN ${was}.state = ${becomes} THEN ${was}.state_since ELSE now() END,
   readable_since = CASE WHEN ${becomes} IN ${readable} AND ${was}.state NOT IN ${readable} THEN now()
     ELSE ${was}.readable_since END`;

export class ConnectionRepository {
  constructor(private readonly context: TransactionContext) {}

  async find(id: string): Promise<Connection | null> {
    return this.context.manager.findOneBy(Connection, { workspaceId: this.context.workspace, id });
  }

  async findAll(ids: readonly string[]): Promise<Connection[]> {
    return this.context.manager.findBy(Connection, { workspaceId: this.context.workspace, id: In([...ids]) });
  }

  /**
   * The row, locked until the transaction ends. Every change of a connection or its slots takes this lock first:
   * it puts the changes of one connection, and so its events, into one order, and rules out deadlocks.
   */
  async lock(id: string): Promise<Connection | null> {
    return this.context.manager.findOne(Connection, {
      where: { workspaceId: this.context.workspace, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** The rows of those that are there, locked in the one order that rules out deadlocks. */
  async lockAll(ids: readonly string[]): Promise<Connection[]> {
    return this.context.manager
      .createQueryBuilder(Connection, 'connection')
      .where('connection.workspaceId = :workspace AND connection.id = ANY (:ids::text[])', {
        workspace: this.context.workspace,
        ids: [...ids],
      })
      .orderBy('connection.id')
      .setLock('pessimistic_write')
      .getMany();
  }

  async insert(connection: NewConnection): Promise<void> {
    const row = { ...connection, workspaceId: this.context.workspace, version: 1 };
    await this.context.manager.insert(Connection, row as QueryDeepPartialEntity<Connection>);
  }

  /** Writes the outcome of a transition. The row must be locked. */
  async changeState(
    id: string,
    change: { state: string; returnState: string | null; reason: ConnectionReason | null },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection c SET state = $3, return_state = $4, reason = $5, version = version + 1, updated_at = now(),
         ${ages('c', '$3')}, frozen_by = CASE WHEN $3 = 'paused' THEN frozen_by END
       WHERE workspace_id = $1 AND id = $2`,
      [
        this.context.workspace,
        id,
        change.state,
        change.returnState,
        change.reason && JSON.stringify(change.reason),
      ],
    );
  }

  /** The same for many: each as the entity says. */
  async changeStates(connections: readonly Connection[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection c SET state = u.state, return_state = u.return_state, reason = u.reason,
         version = c.version + 1, updated_at = now(), ${ages('c', 'u.state')}, frozen_by = CASE WHEN u.state = 'paused' THEN c.frozen_by END
       FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS u (id, state, return_state, reason)
       WHERE c.workspace_id = $1 AND c.id = u.id`,
      [
        this.context.workspace,
        connections.map(({ id }) => id),
        connections.map(({ state }) => state),
        connections.map(({ returnState }) => returnState),
        connections.map(({ reason }) => reason && JSON.stringify(reason)),
      ],
    );
  }

  /** Of those in this state, the reason that they are in it: of their revocation something else is known now. */
  async changeReasons(ids: readonly string[], state: string, code: string): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection SET reason = $4, version = version + 1, updated_at = now()
       WHERE workspace_id = $1 AND id = ANY ($2) AND state = $3 AND reason->>'code' IS DISTINCT FROM $4::jsonb->>'code'`,
      [this.context.workspace, ids, state, JSON.stringify({ code, at: new Date().toISOString() })],
    );
  }

  /** What a freeze paused is paused for this reason now. False where no freeze held it: it stays as it is. */
  async keepPaused(id: string, reason?: Omit<ConnectionReason, 'at'>): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE connection SET frozen_by = NULL, reason = $3, version = version + 1, updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND frozen_by IS NOT NULL`,
      [
        this.context.workspace,
        id,
        reason ? JSON.stringify({ ...reason, at: new Date().toISOString() }) : null,
      ],
    );
    return count === 1;
  }

  /** What a (re)authorization learned of the grant. The row must be locked. */
  async recordGrant(
    id: string,
    grant: { subject: string | null; scopesGranted: string[]; metadata: Record<string, unknown> },
  ): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection SET subject = coalesce($3, subject), scopes_granted = $4, metadata = metadata || $5,
         authorized_at = now(), version = version + 1, updated_at = now() WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, grant.subject, grant.scopesGranted, JSON.stringify(grant.metadata)],
    );
  }

  /** What a new consent was asked for, in place of what the last one was. The row must be locked. */
  async recordRequest(id: string, request: { scopes: string[]; resource: string[] }): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection SET scopes_requested = $3, resource = $4 WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, request.scopes, request.resource],
    );
  }

  /** The caller's own words, all of them. The row must be locked. */
  async changeTags(id: string, tags: ConnectionTags): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection SET tags = $3, version = version + 1, updated_at = now() WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, JSON.stringify(tags)],
    );
  }

  /** Whether the same person has another living connection at the same integration. */
  async hasOtherGrant({ id }: Pick<Connection, 'id'>): Promise<boolean> {
    return (await this.listWithOtherGrant([id])).length > 0;
  }

  /** Of these, whose person has another living connection at the same integration. */
  async listWithOtherGrant(ids: readonly string[]): Promise<string[]> {
    const rows = await this.context.manager.query<{ id: string }[]>(
      `SELECT c.id FROM connection c WHERE c.workspace_id = $1 AND c.id = ANY ($2) AND EXISTS (
         SELECT FROM connection o WHERE o.workspace_id = $1 AND o.integration_id = c.integration_id AND o.id <> c.id
           AND (o.subject = c.subject OR o.end_user_id = c.end_user_id)
           AND o.state NOT IN ('revoking', 'revoked', 'expired'))`,
      [this.context.workspace, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** The living connection that the same person already has at an integration: the one that a new consent renews. */
  async findBySubject(integrationId: string, endUserId: string, subject: string): Promise<Connection | null> {
    return this.context.manager
      .createQueryBuilder(Connection, 'connection')
      .where('connection.workspaceId = :workspace AND connection.integrationId = :integrationId', {
        workspace: this.context.workspace,
        integrationId,
      })
      .andWhere('connection.endUserId = :endUserId AND connection.subject = :subject', { endUserId, subject })
      .andWhere(`connection.state NOT IN ('revoking', 'revoked', 'expired')`)
      .orderBy('connection.createdAt', 'DESC')
      .setLock('pessimistic_write')
      .limit(1)
      .getOne();
  }
}
