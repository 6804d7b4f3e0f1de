import { createHash } from 'node:crypto';
import { createDatabase, type TestDatabase } from '#testing';
import { demoTarget } from './demo-target.js';
import { progressBar } from './progress-bar.js';
import { seedDemo, type Demo } from './seed-demo.js';

let database: TestDatabase;
let demo: Demo;
const told: string[] = [];
beforeAll(async () => {
  database = await createDatabase();
  const bar = progressBar({ write: (text: string) => told.push(text) });
  demo = await seedDemo(
    database.ownerUrl,
    { connections: 2_000, audit: 3_000, dueAfter: new Date(Date.now() + 600_000) },
    bar.show,
  );
  bar.end();
}, 60_000);
afterAll(() => database.drop());

const sql = <Row extends object>(text: string) => database.query<Row>(text, [demo.workspace]);

describe('a demo', () => {
  it('has what was asked for, and tells how far it is', async () => {
    const [counts] = await sql(
      `SELECT (SELECT count(*)::int FROM connection WHERE workspace_id = $1) AS connections,
         (SELECT count(*)::int FROM connection_slot WHERE workspace_id = $1) AS slots,
         (SELECT count(*)::int FROM audit_entry WHERE workspace_id = $1) AS audit,
         (SELECT sum(count)::int FROM connection_count WHERE workspace_id = $1) AS counted,
         (SELECT count(DISTINCT state)::int > 4 FROM connection WHERE workspace_id = $1) AS mixed,
         (SELECT count(DISTINCT provider)::int FROM connection WHERE workspace_id = $1) AS providers`,
    );
    expect(counts).toEqual({
      connections: 2_000,
      slots: 2_000,
      audit: 3_000,
      counted: 2_000,
      mixed: true,
      providers: 6,
    });
    expect(told.join('')).toContain('audit entries    ██████████████████████████████ 3,000 of 3,000\n');
  });

  it('has ids that grow with time', async () => {
    const [row] = await sql<{ sorted: boolean }>(
      `SELECT bool_and(ok) AS sorted FROM (SELECT id > lag(id) OVER (ORDER BY created_at) IS NOT FALSE AS ok
         FROM connection WHERE workspace_id = $1) ids`,
    );
    expect(row).toEqual({ sorted: true });
  });

  it('has times that agree: nothing is from before its connection, and each token is what its slot says', async () => {
    const [row] = await sql(
      `SELECT count(*) FILTER (WHERE t.issued_at < c.authorized_at)::int AS early,
         count(*) FILTER (WHERE t.expires_at <> s.expires_at OR t.issued_at <> s.refreshed_at)::int AS other,
         count(*) FILTER (WHERE s.refresh_due_at NOT BETWEEN now() + interval '5 min' AND s.expires_at)::int AS wrongly_due,
         count(s.refresh_due_at) > 400 AS due,
         (SELECT count(*)::int FROM audit_entry a JOIN connection o ON o.id = a.subject_id
          WHERE a.workspace_id = $1 AND (a.at < o.created_at OR a.action = 'connection.authorized')) AS misplaced
       FROM connection c JOIN connection_slot s ON s.connection_id = c.id JOIN token_set t ON t.connection_id = c.id
       WHERE c.workspace_id = $1`,
    );
    expect(row).toEqual({ early: 0, other: 0, wrongly_due: 0, due: true, misplaced: 0 });
  });

  it('has renewals that agree with each other: events, attempts and counts by hour', async () => {
    const [row] = await sql<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM outbox_event WHERE workspace_id = $1) AS events,
         (SELECT count(*)::int FROM refresh_attempt WHERE workspace_id = $1) AS attempts,
         (SELECT sum(count)::int FROM renewal_hour_count WHERE workspace_id = $1) AS counted,
         (SELECT count(*)::int FROM refresh_attempt WHERE workspace_id = $1 AND state = 'promoted') AS renewed,
         (SELECT sum(count)::int FROM renewal_latency_count WHERE workspace_id = $1) AS timed`,
    );
    expect(row!['events']).toBeGreaterThan(900);
    expect([row!['attempts'], row!['counted']]).toEqual([row!['events'], row!['events']]);
    expect(row!['timed']).toBe(row!['renewed']);
  });

  it('has audit entries whose hash is that of their bytes', async () => {
    const rows = await sql<{ id: string; entry: Buffer; hash: Buffer }>(
      `SELECT id, entry, hash FROM audit_entry WHERE workspace_id = $1 ORDER BY sequence LIMIT 20`,
    );
    for (const { id, entry, hash } of rows) {
      const read = JSON.parse(entry.toString('utf8')) as Record<string, unknown>;
      expect(Object.keys(read)).toEqual(['action', 'actor', 'at', 'id', 'subject', 'workspace']);
      expect(read).toMatchObject({ id, workspace: demo.workspace });
      expect(createHash('sha256').update(entry).digest()).toEqual(hash);
    }
  });

  it('says in place of each token that there is none', async () => {
    const rows = await sql(
      `SELECT DISTINCT convert_from(sealed_access_token, 'UTF8') AS sealed FROM token_set WHERE workspace_id = $1`,
    );
    expect(rows).toEqual([{ sealed: 'demo: sealed by nobody' }]);
  });
});

describe('the database for a demo', () => {
  it('is one that is marked for that, or the private one, and no other', async () => {
    await expect(demoTarget({ DATABASE_URL: database.ownerUrl })).rejects.toThrow(
      /not marked for demonstration/,
    );
    await database.query(`ALTER DATABASE ${database.name} SET evergrant.demo = 'on'`);
    expect(await demoTarget({ DATABASE_URL: database.ownerUrl })).toBe(database.ownerUrl);
    await expect(demoTarget({ EVERGRANT_DATA_DIR: '/nowhere/at/all' })).rejects.toThrow(/npm start first/);
  });
});
