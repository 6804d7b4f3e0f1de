import { createHash } from 'node:crypto';
import { withConnection } from '#embedded';
import { RedisConnections } from '#events';
import type { TestDatabase, TestRedis } from '#testing';

/** As text, and as bytea is written out; and an unkeyed hash, by which whoever has the database could try tokens. */
export function spellingsOf(value: string): string[] {
  const hash = createHash('sha256').update(value).digest();
  return [
    value,
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    hash.toString('hex'),
  ];
}

/** Every row of every table as text, and what is kept as bytes of JSON as text too. */
export async function everythingInPostgres(database: TestDatabase): Promise<string> {
  return withConnection(database.adminUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    let all = '';
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
      all += `${name}\n${rows.map(({ line }) => line).join('\n')}\n`;
    }
    const { rows } = await client.query<{ entry: string }>(
      `SELECT convert_from(entry, 'UTF8') AS entry FROM audit_entry`,
    );
    return all + rows.map(({ entry }) => entry).join('\n');
  });
}

/** Every key of one database number, and what it holds. */
export async function everythingInRedis({ url }: TestRedis): Promise<string> {
  const connections = new RedisConnections(url, 'scan');
  const redis = connections.openWaiting('scan');
  try {
    const keys = await redis.keys('*');
    const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
    return keys.join('\n') + dumps.map((dump) => dump?.toString('latin1') ?? '').join('\n');
  } finally {
    redis.disconnect();
    connections.onApplicationShutdown();
  }
}
