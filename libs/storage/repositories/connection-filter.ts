import type { ConnectionTags } from '#oauth';
import type { SelectQueryBuilder } from 'typeorm';
import type { Connection } from '../entities/connection.entity.js';

/** What a list of connections is narrowed by; everything given must hold. */
export interface ConnectionFilter {
  /** One of these ids. */
  connections?: readonly string[];
  integration?: string;
  provider?: string;
  /** Of the integration, at its provider. */
  clientId?: string;
  /** The caller's own id of the end user, exactly. */
  endUser?: string;
  state?: string;
  /** A granted scope, exactly. */
  scope?: string;
  /** All of these, exactly. */
  tags?: ConnectionTags;
  createdAfter?: Date;
  createdBefore?: Date;
  /** Some access token of it expires before then. */
  expiresBefore?: Date;
  /** No token of it was read since then; those never read count from their creation. */
  lastReadBefore?: Date;
  /** Part of the end user's id, e-mail, name or subject, or the beginning of the connection's id. */
  q?: string;
}

/** Binds a table beside the connection to its row. */
export function ofConnection(alias: string): string {
  return `${alias}.workspace_id = connection.workspaceId AND ${alias}.connection_id = connection.id`;
}

/** Adds the conditions of a filter to a query over `connection`. */
export function narrow(query: SelectQueryBuilder<Connection>, filter: ConnectionFilter): void {
  const { integration, provider, endUser, state, scope, createdAfter, createdBefore } = filter;
  const { connections, clientId, tags, expiresBefore, lastReadBefore, q } = filter;
  if (connections !== undefined)
    query.andWhere('connection.id = ANY (:connections::text[])', { connections: [...connections] });
  if (clientId !== undefined)
    query.andWhere(
      `EXISTS (SELECT FROM integration i WHERE i.workspace_id = connection.workspaceId AND i.id = connection.integrationId AND i.client_id = :clientId)`,
      { clientId },
    );
  if (integration !== undefined) query.andWhere('connection.integrationId = :integration', { integration });
  if (provider !== undefined) query.andWhere('connection.provider = :provider', { provider });
  if (endUser !== undefined) query.andWhere('connection.endUserId = :endUser', { endUser });
  if (state !== undefined) query.andWhere('connection.state = :state', { state });
  // The operator that the GIN index serves.
  if (scope !== undefined) query.andWhere('connection.scopesGranted @> ARRAY[:scope]::text[]', { scope });
  // An array, not IN: the ids are looked up in one walk of the primary key.
  if (tags !== undefined)
    query.andWhere('connection.id = ANY (ARRAY(SELECT find_tagged_connections(:tags::jsonb)))', {
      tags: JSON.stringify(tags),
    });
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
