import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Directory } from '#storage';
import { eventually, seedGrants, type SandboxGrant } from '#testing';
import { Vault } from '#vault';
import { KillSwitchDrill, type Job } from '../kill-switch.fixture.js';

jest.setTimeout(40_000);

const replicas = 2;
/** Of one integration, on one replica. */
const atOnce = 20;
const many = 60;

let drill: KillSwitchDrill;
beforeAll(async () => {
  drill = await KillSwitchDrill.start();
  await drill.startReplica();
});
afterAll(() => drill.stop());
afterEach(() => drill.fixture.control.delete('/faults'));

interface Seeded {
  integration: string;
  client: string;
}

async function seed(settings: Record<string, unknown> = {}, count = many): Promise<Seeded> {
  const { fixture } = drill;
  const { workspace, database } = fixture;
  const integration = await fixture.newIntegration({ settings });
  const [row] = await database.query<{ client: string }>(
    `SELECT client_id AS client FROM integration WHERE id = $1`,
    [integration],
  );
  const { client } = row!;
  const { body } = await fixture.control.post<{ data: SandboxGrant[] }>(`/clients/${client}/grants`, {
    ...{ login: 'ada', count },
  });
  const cipher = await fixture.app.get(Vault, { strict: false }).cipherFor(workspace);
  await seedGrants(database, { workspace, integration, cipher }, body.data);
  return { integration, client };
}

const requests = async ({ client }: Seeded): Promise<number> =>
  (await drill.fixture.control.get<{ data: object[] }>(`/ledger?endpoint=revocation&client=${client}`)).body
    .data.length;

async function attempts({ integration }: Seeded): Promise<{ sum: number; most: number; tried: number }> {
  const [row] = await drill.fixture.database.query<{ sum: number; most: number; tried: number }>(
    `SELECT sum(attempts)::integer AS sum, max(attempts) AS most, count(*) FILTER (WHERE attempts > 0)::integer AS tried
     FROM revocation_item WHERE integration_id = $1`,
    [integration],
  );
  return row!;
}

const fault = (fault: object) =>
  drill.fixture.control.put('/faults', { faults: [{ endpoint: 'revocation', ...fault }] });

const kill = ({ integration }: Seeded): Promise<Job> => drill.kill({ integration });

it('leaves a provider alone that asks for it, on every replica, and counts nothing against those that it was not told of', async () => {
  const seeded = await seed();
  await fault({ kind: 'throttled', retry_after_seconds: 3_600, client: seeded.client });
  const job = await kill(seeded);
  const { database } = drill.fixture;
  const held = `SELECT FROM revocation_hold WHERE integration_id = $1 AND until > now() + interval '50 minutes'`;
  await eventually(async () => expect(await database.query(held, [seeded.integration])).toHaveLength(1));
  // Whoever was under way comes back, and everybody looks once more.
  await pause(2_000);
  const asked = await requests(seeded);
  expect(asked).toBeLessThanOrEqual(replicas * atOnce);
  expect(await attempts(seeded)).toEqual({ sum: asked, most: 1, tried: asked });
  await pause(1_500);
  expect(await requests(seeded)).toBe(asked);
  // The hour is over.
  await drill.fixture.control.delete('/faults');
  await database.query(`UPDATE revocation_hold SET until = now()`);
  await database.query(`UPDATE revocation_item SET next_attempt_at = now() WHERE integration_id = $1`, [
    seeded.integration,
  ]);
  expect(await drill.finished(job.id)).toMatchObject({ items: { verified_dead: many } });
});

it('keeps to the limits of an integration over all replicas, and counts nothing against those that have to wait', async () => {
  const seeded = await seed({}, 20);
  const limits = { requests_per_second: 10, concurrency: 2 };
  const { fixture } = drill;
  expect((await fixture.api.patch(`/v1/integrations/${seeded.integration}`, { limits })).status).toBe(200);
  await fault({ kind: 'latency', milliseconds: 100, times: 10_000, client: seeded.client });
  await drill.finished((await kill(seeded)).id);
  const ledger = await fixture.control.get<{ data: { received_at: string; decided_at: string }[] }>(
    `/ledger?endpoint=revocation&client=${seeded.client}`,
  );
  const asked = ledger.body.data.map((one) => [Date.parse(one.received_at), Date.parse(one.decided_at)]);
  expect(asked.length).toBeGreaterThanOrEqual(20);
  for (const [at] of asked) {
    expect(asked.filter(([from, until]) => from! <= at! && until! > at!).length).toBeLessThanOrEqual(2);
    // A fixed window of a second lets twice as many through around its end.
    expect(asked.filter(([from]) => from! >= at! && from! < at! + 1_000).length).toBeLessThanOrEqual(20);
  }
  expect(await attempts(seeded)).toMatchObject({ most: 1 });
});

it('holds up nobody by a slow provider, which has no more to do at once than its share', async () => {
  const [slow, quick] = [await seed(), await seed()];
  await fault({ kind: 'latency', milliseconds: 3_000, client: slow.client });
  const slowJob = await kill(slow);
  await eventually(async () => expect(await requests(slow)).toBeGreaterThan(0));
  const job = await kill(quick);
  expect(await drill.finished(job.id)).toMatchObject({ items: { verified_dead: many } });
  expect((await drill.find(slowJob.id)).items['pending']).toBeGreaterThan(0);
  expect((await attempts(slow)).tried).toBeLessThanOrEqual(replicas * atOnce);
  await drill.fixture.control.delete('/faults');
  expect(await drill.finished(slowJob.id)).toMatchObject({ items: { verified_dead: many } });
});

it('looks no more after a job whose items only wait to be verified, and closes it when they are', async () => {
  const seeded = await seed();
  await fault({ endpoint: 'introspection', kind: 'error', status: 503, client: seeded.client });
  const job = await kill(seeded);
  await drill.reached(job.id, ({ items }) => expect(items).toMatchObject({ revoked: many }));
  const open = await drill.services[0]!.get(Directory, { strict: false }).listOpenJobs(100);
  expect(open.map(({ id }) => id)).not.toContain(job.id);
  await drill.fixture.control.delete('/faults');
  expect(await drill.finished(job.id)).toMatchObject({ items: { verified_dead: many } });
});
