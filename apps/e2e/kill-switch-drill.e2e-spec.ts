import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { ApiClient, eventually, startPostgres, startSystem, type RunningSystem } from '#testing';
import { seedPersonas, type SeededPersona } from './steps/revoked-personas.js';
import { seedPeople, sqlOf, type Sql } from './steps/two-workspaces.js';

const personas = [
  { name: 'RFC 7009', count: 2_000 },
  { name: 'odd shape', count: 1_000, settings: { revocation: { shape: 'path' } } },
  { name: 'unsupported', count: 6_400, settings: { revocation: { shape: 'none' } } },
  { name: 'slow', count: 300, fault: { kind: 'latency', milliseconds: 300 } },
  { name: 'failing half the time', count: 300, fault: { kind: 'error', status: 503, every: 2 } },
];
const total = 10_000;
const toBeTold = 3_600;
const readEvery = 20;

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let system: RunningSystem;
let api: ApiClient;
let control: ApiClient;
let sql: Sql;
let seeded: SeededPersona[];
/** What a request of theirs says about who they are. */
let secondHuman: Record<string, string>;

beforeAll(async () => {
  postgres = await startPostgres();
  system = await startSystem({ env: { DATABASE_URL: postgres.url } });
  const { public_url, api_key, sandbox_admin_url, workspace } = system.bootstrap;
  api = new ApiClient(public_url, api_key);
  control = new ApiClient(sandbox_admin_url);
  sql = sqlOf(postgres.url);
  secondHuman = await signIn(workspace);
  const begun = performance.now();
  seeded = await seedPersonas(system, sql, postgres.url, personas);
  say(`seeded in ${since(begun).toFixed(1)} s`);
}, 120_000);

afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
}, 60_000);

/** An admin of the workspace, signed in with the dashboard. */
async function signIn(workspace: string): Promise<Record<string, string>> {
  const [person] = await seedPeople(sql, workspace, 'admin');
  const { secret } = person!;
  const csrf = createHmac('sha256', secret).update('evergrant session csrf').digest('base64url');
  return { cookie: `evergrant_session=${secret}`, origin: api.origin, 'x-csrf-token': csrf };
}

const dieAndComeBack = () => process.kill(system.pidOf('revocation-audit'), 'SIGKILL');

/** The service may be down: Postgres knows how far it is. */
const countOf = async (from: string): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`);
  return row!.count;
};
const stillAlive = () => countOf(`revocation_target WHERE state = 'waiting'`);
const notFinal = () =>
  countOf(`revocation_item WHERE state = 'pending' OR verification IN ('waiting', 'wants_probe')`);

async function becomes(count: () => Promise<number>, atMost: number, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while ((await count()) > atMost && performance.now() < end) await pause(250);
  expect(await count()).toBeLessThanOrEqual(atMost);
}

/** Whoever failed is tried again at once, as time would have it. What is in hand has a longer lease, and keeps it. */
const hurried = async (): Promise<number> => {
  await sql.query(
    `UPDATE revocation_item SET next_attempt_at = now() WHERE state = 'pending' AND last_error IS NOT NULL
       AND next_attempt_at > now() AND next_attempt_at - updated_at <> interval '45 s'`,
  );
  return notFinal();
};

/** Statuses of reads spread over all personas. */
async function readSome(): Promise<number[]> {
  const ids = seeded.flatMap(({ connections }) => connections).filter((_, index) => index % readEvery === 0);
  const answers: number[] = [];
  for (let first = 0; first < ids.length; first += 20)
    answers.push(
      ...(await Promise.all(
        ids
          .slice(first, first + 20)
          .map(async ({ id }) => (await api.get(`/v1/connections/${id}/token`)).status),
      )),
    );
  return answers;
}

const say = (what: string) => process.stdout.write(`kill-switch drill: ${what}\n`);
const since = (begun: number) => (performance.now() - begun) / 1_000;

interface Job {
  id: string;
  approval: { content_hash: string };
}

let job: string;

it('kills 10,000 connections locally, though it is itself killed halfway', async () => {
  expect(new Set(await readSome())).toEqual(new Set([200]));
  const { status, body } = await api.post<Job>('/v1/revocations', {
    selector: { provider: 'sandbox' },
    ...{ reason: 'the drill', expected_count: total },
  });
  expect(status).toBe(202);
  job = body.id;
  const begun = performance.now();
  const approved = await api
    .as(undefined)
    .post(
      `/admin/api/v1/revocations/${job}/approve`,
      { content_hash: body.approval.content_hash },
      secondHuman,
    );
  expect(approved).toMatchObject({ status: 200, body: { targets: { total } } });
  await becomes(stillAlive, total / 2, 30_000);
  dieAndComeBack();
  expect(await stillAlive()).toBeGreaterThan(0);
  await becomes(stillAlive, 0, 60_000);
  say(`10,000 connections locally dead after ${since(begun).toFixed(1)} s, with a kill -9 on the way`);
  expect(new Set(await readSome())).toEqual(new Set([410]));
}, 120_000);

it('tells every provider, though it is killed halfway again', async () => {
  const begun = performance.now();
  const before = await notFinal();
  await becomes(notFinal, toBeTold / 2, 120_000);
  dieAndComeBack();
  expect(await notFinal()).toBeGreaterThan(0);
  // What it had in hand is due again when its leases run out; that time is not waited for here.
  await sql.query(`UPDATE revocation_item SET next_attempt_at = now() WHERE next_attempt_at > now()`);
  await becomes(hurried, 0, 180_000);
  say(
    `${before} items final after ${since(begun).toFixed(1)} s, ${Math.round(before / since(begun))} a second`,
  );
}, 240_000);

it('leaves every item at its end, each processed once', async () => {
  const byPersona = await sql.query<{
    integration: string;
    state: string;
    error: string | null;
    count: number;
  }>(
    `SELECT integration_id AS integration, state, last_error AS error, count(*)::integer AS count
     FROM revocation_item WHERE revocation_id = $1 GROUP BY 1, 2, 3`,
    [job],
  );
  const named = byPersona.map(({ integration, ...end }) => ({
    persona: seeded.find((one) => one.integration === integration)?.name,
    ...end,
  }));
  expect(named).toHaveLength(personas.length);
  for (const { name: persona, count } of personas)
    expect(named).toContainEqual(
      persona === 'unsupported'
        ? { persona, count, state: 'unsupported', error: 'provider_has_no_revocation' }
        : { persona, count, state: 'verified_dead', error: null },
    );
  const traces = await sql.query<{ of: string; most: number; connections: number }>(
    `SELECT of, max(n)::integer AS most, count(*)::integer AS connections FROM (
       SELECT 'item' AS of, connection_id, count(*) AS n FROM revocation_item GROUP BY 2
       UNION ALL SELECT 'audit ' || action, subject_id, count(*) FROM audit_entry
         WHERE action IN ('connection.revoking', 'connection.revoked') GROUP BY 1, 2
       UNION ALL SELECT 'event ' || type, subject, count(*) FROM outbox_event
         WHERE type IN ('connection.revoking', 'connection.revoked') GROUP BY 1, 2
     ) AS counted GROUP BY of ORDER BY of`,
  );
  const once = { most: 1, connections: total };
  expect(traces).toEqual([
    { of: 'audit connection.revoked', ...once },
    { of: 'audit connection.revoking', ...once },
    { of: 'event connection.revoked', ...once },
    { of: 'event connection.revoking', ...once },
    { of: 'item', ...once },
  ]);
});

interface LedgerEntry {
  grant: string;
  outcome: string;
  presented: { hash: string };
}

it('has told the provider of every grant, and of none more often than it had to', async () => {
  for (const { name, clientId, connections, fault } of seeded) {
    const { body } = await control.get<{ data: LedgerEntry[] }>(
      `/ledger?endpoint=revocation&client=${clientId}`,
    );
    const living = await control.get<{ data: { id: string }[] }>(`/grants?client=${clientId}`);
    const isTold = name !== 'unsupported';
    expect([name, living.body.data.length]).toEqual([name, isTold ? 0 : connections.length]);
    const granted = body.data.filter(({ outcome }) => outcome === 'granted');
    const told = new Set(granted.map(({ grant }) => grant));
    expect([name, connections.filter(({ grant }) => told.has(grant) !== isTold)]).toEqual([name, []]);
    const tokens = Map.groupBy(granted, ({ presented }) => presented.hash);
    const again = [...tokens.values()].filter((entries) => entries.length > 1).length;
    say(`${name}: ${told.size} grants told, ${again} tokens a second time, ${body.data.length} requests`);
    // At most what was in hand as it was killed.
    if (!fault) expect(again).toBeLessThanOrEqual(40);
  }
}, 30_000);

it('seals a report of all of them that verifies', async () => {
  interface Signed {
    report: { is_final: boolean; results: { result: string; told: object[] }[] };
    jws: string;
  }
  const signed = await eventually(async () => {
    const { body } = await api.get<Signed>(`/v1/revocations/${job}/report`);
    expect(body.report.is_final).toBe(true);
    return body;
  });
  expect(signed.report.results).toHaveLength(total);
  expect(signed.report.results.every(({ result, told }) => result === 'killed' && told.length === 1)).toBe(
    true,
  );
  const keys = await api.get<JSONWebKeySet>('/v1/revocations/report-keys');
  const [header, , signature] = signed.jws.split('.');
  const payload = Buffer.from(canonicalize(signed.report)!).toString('base64url');
  await compactVerify(`${header}.${payload}.${signature}`, createLocalJWKSet(keys.body));
}, 30_000);
