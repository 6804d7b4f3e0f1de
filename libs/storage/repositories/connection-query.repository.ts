import type { SelectQueryBuilder } from 'typeorm';
import { Connection } from '../entities/connection.entity.js';
import type { TransactionContext } from '../transaction.js';
import { narrow, ofConnection, type ConnectionFilter } from './connection-filter.js';

/** A connection with what a list shows of its slots and use. Never a sealed value. */
export interface ListedConnection {
  connection: Connection;
  /** The soonest of its slots; null where no token says when it ends, or there is none yet. */
  expiresAt: Date | null;
  refreshDueAt: Date | null;
  /** When a consent of its slots ends; null where the provider says no such time. */
  consentEndsAt: Date | null;
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
  slot_consent: 'min(s.reauthorize_by)',
  slot_refreshed: 'max(s.refreshed_at)',
  slot_generation: 'max(s.generation)',
  slot_failures: 'max(s.failures)',
};

interface RawColumns {
  slot_expires: Date | null;
  slot_due: Date | null;
  slot_consent: Date | null;
  slot_refreshed: Date | null;
  slot_generation: number | null;
  slot_failures: number | null;
  last_read: Date | null;
}

async function listed(query: SelectQueryBuilder<Connection>): Promise<ListedConnection[]> {
  const { entities, raw } = await query.getRawAndEntities<RawColumns>();
  return entities.map((connection, i) => ({
    connection,
    expiresAt: raw[i]?.slot_expires ?? null,
    refreshDueAt: raw[i]?.slot_due ?? null,
    consentEndsAt: raw[i]?.slot_consent ?? null,
    refreshedAt: raw[i]?.slot_refreshed ?? null,
    generation: raw[i]?.slot_generation ?? null,
    failures: raw[i]?.slot_failures ?? null,
    lastReadAt: raw[i]?.last_read ?? null,
  }));
}
