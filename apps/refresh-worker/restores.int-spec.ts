import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readRestore } from '#storage';
import { eventually } from '#testing';
import { WorkerFixture, type Connected } from './worker.fixture.js';

const compiled = fileURLToPath(new URL('../../dist/tools/restored/main.js', import.meta.url));

let fixture: WorkerFixture;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  await fixture.startWorker();
}, 30_000);

afterAll(() => fixture.stop());

const rowsOf = ({ id }: Connected) =>
  Promise.all(
    ['connection_slot', 'token_set'].map((table) =>
      fixture.flow.database.query(`SELECT * FROM ${table} WHERE connection_id = $1`, [id]),
    ),
  );

/** The database forgets that a connection was refreshed, as a copy from before would have it. */
async function rewind(connection: Connected, rows: Awaited<ReturnType<typeof rowsOf>>): Promise<void> {
  const [slot, tokens] = rows.map(([row]) => row!);
  const { database } = fixture.flow;
  await database.query(`DELETE FROM token_set WHERE connection_id = $1 AND generation > 1`, [connection.id]);
  await database.query(
    `UPDATE token_set SET sealed_access_token = $2, sealed_refresh_token = $3 WHERE connection_id = $1`,
    [connection.id, tokens!['sealed_access_token'], tokens!['sealed_refresh_token']],
  );
  await database.query(
    `UPDATE connection_slot SET generation = 1, fence = $2, refresh_due_at = now() - interval '1 second',
       claimed_epoch = NULL, claimed_until = NULL WHERE connection_id = $1`,
    [connection.id, slot!['fence']],
  );
  await database.query(`DELETE FROM refresh_attempt WHERE connection_id = $1`, [connection.id]);
}

describe('a database that was restored', () => {
  it('is found out by its beats: stale strict connections are not spent, living ones come back by themselves', async () => {
    const stale = await fixture.connect();
    const alive = await fixture.connect();
    const reusable = await fixture.connect({
      persona: 'no-rotation',
      settings: { rotation: { mode: 'none' } },
    });
    const kept = await rowsOf(stale);
    expect((await fixture.refresh(stale)).status).toBe(200);
    const spent = (await fixture.ledger(stale)).length;

    await fixture.stopWorkers();
    await rewind(stale, kept);
    await fixture.flow.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() WHERE connection_id = ANY ($1)`,
      [[alive.id, reusable.id]],
    );
    // Ten minutes of beats are gone.
    await fixture.flow.database.query(
      `UPDATE database_beat SET beats = greatest(0, beats - 600), at = now() - interval '10 minutes'`,
    );
    await fixture.flow.database.query(`UPDATE database_beat SET beats = 1`);
    const mirror = join(fixture.flow.folder, 'spool-0', 'database-mirror.json');
    const seen = JSON.parse(readFileSync(mirror, 'utf8')) as { beats: number };
    writeFileSync(mirror, JSON.stringify({ ...seen, beats: seen.beats + 600 }));
    await fixture.startWorker();

    await eventually(async () => {
      expect(await fixture.row(alive)).toMatchObject({ state: 'active', generation: 2 });
      expect(await fixture.row(reusable)).toMatchObject({ state: 'active', generation: 2 });
      expect(await verdicts()).toEqual(
        expect.arrayContaining([
          { connection: stale.id, verdict: 'stale', released: false },
          { connection: alive.id, verdict: 'alive', released: true },
        ]),
      );
    }, 30_000);
    expect(await fixture.row(stale)).toMatchObject({
      state: 'quarantined',
      generation: 1,
      reason: { code: 'database_restored' },
    });
    expect((await fixture.ledger(stale)).length).toBe(spent);
    expect((await fixture.read(stale)).body.type).toContain('connection-quarantined');
    expect(await fixture.events(stale.id)).toContain('connection.quarantined');
    expect((await verdicts()).map(({ connection }) => connection)).not.toContain(reusable.id);
    const restores = await fixture.flow.database.query(
      `SELECT finished_at IS NOT NULL AS finished FROM restore`,
    );
    expect(restores).toEqual([{ finished: true }]);
  }, 60_000);

  const verdicts = () =>
    fixture.flow.database.query<{ connection: string; verdict: string; released: boolean }>(
      `SELECT connection_id AS connection, verdict, released_at IS NOT NULL AS released FROM quarantined_connection`,
    );
});

describe('an operator', () => {
  it('says that the database was restored, and is given a report that names each connection', async () => {
    const connection = await fixture.connect();
    await fixture.flow.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() + interval '5 seconds' WHERE connection_id = $1`,
      [connection.id],
    );
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [compiled, '--lost-from', minutesAgo(10)],
      {
        env: { ...process.env, DATABASE_URL: fixture.flow.database.ownerUrl },
      },
    );
    expect(stdout).toContain(connection.id);
    await eventually(async () => {
      const report = await readRestore(fixture.flow.database.ownerUrl);
      expect(report?.connections).toContainEqual(
        expect.objectContaining({ connection: connection.id, verdict: 'alive', released: true }),
      );
    }, 10_000);
  }, 40_000);

  it.each([
    [[], '--lost-from'],
    [['--lost-from', 'yesterday'], 'are times'],
    [['--lost-from', '2026-11-21T08:00:00Z', '--lost-until', '2026-11-21T07:00:00Z'], 'is not after'],
  ])('is told what is wrong with %j', async (given, said) => {
    const env = { ...process.env, DATABASE_URL: fixture.flow.database.ownerUrl };
    const failed = await promisify(execFile)(process.execPath, [compiled, ...given], { env }).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  });

  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
});

describe('a consent that ends', () => {
  it('is announced once for each lead time, the nearest alone where several have begun', async () => {
    const connection = await fixture.connect();
    const endsIn = (days: number) =>
      fixture.flow.database.query(
        `UPDATE connection_slot SET reauthorize_by = now() + make_interval(days => $2) WHERE connection_id = $1`,
        [connection.id, days],
      );
    const announced = async () =>
      (await fixture.events(connection.id)).filter((type) => type === 'connection.reauthorize_soon').length;
    await endsIn(10);
    await fixture.restartWorkers();
    await eventually(async () => expect(await announced()).toBe(1));
    await endsIn(2);
    await fixture.restartWorkers();
    await eventually(async () => expect(await announced()).toBe(2));
    await fixture.restartWorkers();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await announced()).toBe(2);
  }, 40_000);
});
