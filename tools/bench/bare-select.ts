import fastify from 'fastify';
import pg from 'pg';

/** The least that a server does which asks Postgres: one statement that reads nothing. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 2 });
const server = fastify();
server.get('/', async () => (await pool.query('SELECT 1 AS one')).rows[0] as { one: number });
process.send?.(await server.listen({ host: '127.0.0.1', port: 0 }));
