import { randomBytes } from 'node:crypto';
import { createDatabase, seedConnection, type SeededConnection, type TestDatabase } from '#testing';
import { Directory } from './directory.js';
import { openDatabase } from './open-database.js';

let database: TestDatabase;
let worker: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await createDatabase();
  const url = database.urlOf('refresh-worker');
  worker = await openDatabase({ url, applicationName: 'test', entities: [] });
});
afterAll(async () => {
  await worker.close();
  await database.drop();
});

/** Generations by how many days ago each was issued, oldest first; each lives a day, or for ever. */
async function seed(daysAgo: number[], { expires = true } = {}): Promise<SeededConnection> {
  const connection = await seedConnection(database, { generation: daysAgo.length });
  await database.query(`DELETE FROM token_set WHERE connection_id = $1`, [connection.connection]);
  for (const [index, days] of daysAgo.entries())
    await database.query(
      `INSERT INTO token_set (workspace_id, connection_id, slot, generation, access_token_fingerprint, token_type, scope,
         issued_at, expires_at) VALUES ($1, $2, 'default', $3, $4, 'Bearer', '', now() - $5 * interval '1 day',
         CASE WHEN $6 THEN now() - ($5 - 1) * interval '1 day' END)`,
      [connection.workspace, connection.connection, index + 1, randomBytes(32), days, expires],
    );
  return connection;
}

const left = async ({ connection }: SeededConnection): Promise<number[]> =>
  (
    await database.query<{ generation: number }>(
      `SELECT generation FROM token_set WHERE connection_id = $1 ORDER BY 1`,
      [connection],
    )
  ).map(({ generation }) => generation);

describe('fingerprints', () => {
  it('go when their token was superseded long enough ago and is dead, and the newest never', async () => {
    const [worn, idle, recent, endless] = [
      await seed([500, 450, 401, 399, 2]),
      await seed([900]),
      // Superseded only yesterday, however long ago it was issued.
      await seed([900, 1]),
      await seed([900, 800, 700], { expires: false }),
    ];
    const directory = new Directory(worker.database);
    expect(await directory.deleteSupersededTokenSets(400, 1)).toBe(1);
    expect(await directory.deleteSupersededTokenSets(400, 100)).toBe(1);
    expect(await directory.deleteSupersededTokenSets(400, 100)).toBe(0);
    expect(await Promise.all([worn, idle, recent, endless].map(left))).toEqual([
      [3, 4, 5],
      [1],
      [1, 2],
      [1, 2, 3],
    ]);
  });
});
