import { randomBytes } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

const END = `UPDATE connection SET state = 'revoking', reason = $3, version = version + 1
  WHERE workspace_id = $1 AND id = $2 AND state = 'active'`;
const AUDIT = `INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type, subject_id,
  entry, hash) VALUES ($1, $2, now(), 'api_key', 'bare', 'connection.revoking', 'connection', $3, $4, $5)`;

/** The least that a revocation is: a request, and one transaction that ends the connection and writes down that it did. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL']!, max: 10 });
const server = fastify();
server.post<{ Body: { workspace: string; connection: string } }>('/revocations', async ({ body }, reply) => {
  const { workspace, connection } = body;
  const id = `rev_${randomBytes(18).toString('hex')}`;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query({
      name: 'end',
      text: END,
      values: [workspace, connection, JSON.stringify({ code: 'revoked' })],
    });
    await client.query({
      name: 'audit',
      text: AUDIT,
      values: [workspace, id, connection, randomBytes(300), randomBytes(32)],
    });
    await client.query('COMMIT');
    return await reply.status(rowCount === 1 ? 201 : 404).send({ id, connection, state: 'revoking' });
  } finally {
    client.release();
  }
});
process.on('disconnect', () => process.exit());
process.send!(await server.listen({ host: '127.0.0.1', port: 0 }));
