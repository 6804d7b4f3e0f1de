import { createDatabase, seedWorkspace, type TestDatabase } from '#testing';
import { DataSource } from 'typeorm';
import { Database, dataSourceOptions, DenialLog, type RefusedAttempt } from './index.js';

let postgres: TestDatabase;
let source: DataSource;

beforeAll(async () => {
  postgres = await createDatabase();
  const url = postgres.urlOf('auth-flow');
  source = await new DataSource(
    dataSourceOptions({ url, applicationName: 'auth-flow', entities: [] }),
  ).initialize();
});

afterAll(async () => {
  await source.destroy();
  await postgres.drop();
});

const anAttempt = (change: Partial<RefusedAttempt> = {}): RefusedAttempt => ({
  address: '192.0.2.1',
  route: 'GET /v1/connections',
  reason: 'invalid-api-key',
  ...change,
});

describe('the log of refused attempts', () => {
  it('counts those of nobody known by address, reason and minute', async () => {
    const log = new DenialLog(new Database(source));
    for (let i = 0; i < 500; i++) log.record(anAttempt());
    log.record(anAttempt({ address: '192.0.2.2' }));
    await log.onApplicationShutdown();
    const rows = await postgres.query<{ address: string; count: string }>(
      `SELECT address, sum(count)::text AS count FROM denied_access GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { address: '192.0.2.1', count: '500' },
      { address: '192.0.2.2', count: '1' },
    ]);
  });

  it('enters a known caller’s, and its repetitions as one more that counts them', async () => {
    const { workspace, apiKeyId } = await seedWorkspace(postgres);
    const caller = { workspace, actor: { type: 'api_key', id: apiKeyId } };
    const log = new DenialLog(new Database(source));
    for (let i = 0; i < 200; i++) log.record(anAttempt({ caller, reason: 'insufficient-scope' }));
    await log.onApplicationShutdown();
    const rows = await postgres.query<{ entry: Buffer }>(
      `SELECT entry FROM audit_entry WHERE workspace_id = $1 AND actor_id = $2 ORDER BY sequence`,
      [workspace, apiKeyId],
    );
    const details = rows.map(({ entry }) => (JSON.parse(entry.toString()) as { detail: object }).detail);
    // Each is written on its way; which of them comes first is not promised.
    expect(new Set(details)).toEqual(
      new Set([
        { reason: 'insufficient-scope', address: '192.0.2.1' },
        { reason: 'insufficient-scope', address: '192.0.2.1', count: 199 },
      ]),
    );
  });
});
