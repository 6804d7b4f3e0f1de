import type { SelectQueryBuilder } from 'typeorm';
import { Connection } from '../entities/connection.entity.js';
import type { TransactionContext } from '../transaction.js';

/** What a list of connections is narrowed by; everything given must hold. */
export interface ConnectionFilter {
  integration?: string;
  provider?: string;
  /** The caller's own id of the end user, exactly. */
  endUser?: string;
  state?: string;
  /** A granted scope, exactly. */
  scope?: string;
  createdAfter?: Date;
  createdBefore?: Date;
  /** Some access token of it expires before then. */
  expiresBefore?: Date;
  /** No token of it was read since then; those never read count from their creation. */
  lastReadBefore?: Date;
  /** Part of the end user's id, e-mail, name or subject, or the beginning of the connection's id. */
  q?: string;
}

/** A connection with what a list shows of its slots and use. Never a sealed value. */
export interface ListedConnection {
  connection: Connection;
  /** The soonest of its slots; null where no token says when it ends, or there is none yet. */
  expiresAt: Date | null;
  refreshDueAt: Date | null;
  refreshedAt: Date | null;
  /** The newest generation of its slots; 0 before the first token, null without a slot. */
  generation: number | null;
  /** Consecutive failed renewals, of the worst slot. */
  failures: number | null;
  lastReadAt: Date | null;
}

/** Lists of connections by filter, for every role: it reads no sealed column. */
export class ConnectionQueryRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Newest first (ids grow with time), after the id in the cursor. */
  async list(filter: ConnectionFilter, limit: number, after?: string): Promise<ListedConnection[]> {
    const query = this.select().orderBy('connection.id', 'DESC').limit(limit);
    narrow(query, filter);
    if (after) query.andWhere('connection.id < :after', { after });
    return listed(query);
  }

  async find(id: string): Promise<ListedConnection | undefined> {
    return (await listed(this.select().andWhere('connection.id = :id', { id })))[0];
  }

  private select(): SelectQueryBuilder<Connection> {
    const query = this.context.manager
      .createQueryBuilder(Connection, 'connection')
      .where('connection.workspaceId = :workspace', { workspace: this.context.workspace });
    for (const [alias, column] of Object.entries(slotColumns))
      query.addSelect(`(SELECT ${column} FROM connection_slot s WHERE ${ofConnection('s')})`, alias);
    return query.addSelect(
      `(SELECT u.last_read_at FROM connection_usage u WHERE ${ofConnection('u')})`,
      'last_read',
    );
  }
}

const slotColumns = {
  slot_expires: 'min(s.expires_at)',
  slot_due: 'min(s.refresh_due_at)',
  slot_refreshed: 'max(s.refreshed_at)',
  slot_generation: 'max(s.generation)',
  slot_failures: 'max(s.failures)',
};

interface RawColumns {
  slot_expires: Date | null;
  slot_due: Date | null;
  slot_refreshed: Date | null;
  slot_generation: number | null;
  slot_failures: number | null;
  last_read: Date | null;
}

function ofConnection(alias: string): string {
  return `${alias}.workspace_id = connection.workspaceId AND ${alias}.connection_id = connection.id`;
}

function narrow(query: SelectQueryBuilder<Connection>, filter: ConnectionFilter): void {
  const { integration, provider, endUser, state, scope, createdAfter, createdBefore } = filter;
  const { expiresBefore, lastReadBefore, q } = filter;
  if (integration !== undefined) query.andWhere('connection.integrationId = :integration', { integration });
  if (provider !== undefined) query.andWhere('connection.provider = :provider', { provider });
  if (endUser !== undefined) query.andWhere('connection.endUserId = :endUser', { endUser });
  if (state !== undefined) query.andWhere('connection.state = :state', { state });
  // The operator that the GIN index serves.
  if (scope !== undefined) query.andWhere('connection.scopesGranted @> ARRAY[:scope]::text[]', { scope });
  if (createdAfter) query.andWhere('connection.createdAt > :createdAfter', { createdAfter });
  if (createdBefore) query.andWhere('connection.createdAt < :createdBefore', { createdBefore });
  if (expiresBefore)
    query.andWhere(
      `EXISTS (SELECT FROM connection_slot s WHERE ${ofConnection('s')} AND s.expires_at < :expiresBefore)`,
      { expiresBefore },
    );
  if (lastReadBefore)
    query
      .andWhere('connection.createdAt < :lastReadBefore', { lastReadBefore })
      .andWhere(
        `NOT EXISTS (SELECT FROM connection_usage u WHERE ${ofConnection('u')} AND u.last_read_at >= :lastReadBefore)`,
      );
  if (q !== undefined) search(query, q);
}

function search(query: SelectQueryBuilder<Connection>, text: string): void {
  const escaped = text.replace(/[\\%_]/g, (character) => `\\${character}`);
  const fields = ['endUserId', 'endUserEmail', 'endUserName', 'subject'];
  query.andWhere(
    `(connection.id LIKE :beginning OR ${fields.map((field) => `connection.${field} ILIKE :part`).join(' OR ')})`,
    { beginning: `${escaped}%`, part: `%${escaped}%` },
  );
}

async function listed(query: SelectQueryBuilder<Connection>): Promise<ListedConnection[]> {
  const { entities, raw } = await query.getRawAndEntities<RawColumns>();
  return entities.map((connection, i) => ({
    connection,
    expiresAt: raw[i]?.slot_expires ?? null,
    refreshDueAt: raw[i]?.slot_due ?? null,
    refreshedAt: raw[i]?.slot_refreshed ?? null,
    generation: raw[i]?.slot_generation ?? null,
    failures: raw[i]?.slot_failures ?? null,
    lastReadAt: raw[i]?.last_read ?? null,
  }));
}
