import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Directory } from '#storage';
import { ApiClient, eventually, startProcess } from '#testing';
import { jest } from '@jest/globals';
import { WorkerFixture, type Connected } from '../refresh-worker/worker.fixture.js';
import { EngineService } from '../refresh-worker/refreshing/engine.service.js';
import type { Attempt } from '../refresh-worker/refreshing/refresh-facts.js';
import { TokenEndpointService } from '../refresh-worker/refreshing/token-endpoint.service.js';
import { startRevocationAudit } from './revocation-audit.fixture.js';

interface Item {
  id: string;
  state: string;
  attempts: number;
  last_error: string | null;
  next_attempt_at: string | null;
  verification: { state: string | null; reason: string | null; by: string | null; told_again: number };
}

const waitMs = 15_000;
jest.setTimeout(40_000);

let fixture: WorkerFixture;
let service: NestFastifyApplication;
let worker: NestFastifyApplication;
let api: ApiClient;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  ({ service, api } = await startRevocationAudit(fixture.flow));
  worker = await fixture.startWorker();
});

afterAll(async () => {
  await service.close();
  await fixture.stop();
});

afterEach(() => fixture.flow.control.delete('/faults'));

async function revoke({ id }: Connected): Promise<string> {
  const { body } = await api.post<{ id: string }>('/v1/revocations', { connection: id, reason: 'they left' });
  return body.id;
}

async function itemOf(revocation: string): Promise<Item> {
  return (await api.get<{ data: Item[] }>(`/v1/revocations/${revocation}/items`)).body.data[0]!;
}

/** What waits for its time is due now, as time would have it. What is in hand stays so for a while. */
async function hurry(revocation: string): Promise<void> {
  await fixture.flow.database.query(`DELETE FROM revocation_hold`);
  await fixture.flow.database.query(
    `UPDATE revocation_item SET next_attempt_at = now() WHERE revocation_id = $1 AND next_attempt_at > now()
       AND verification IS DISTINCT FROM 'wants_probe' AND updated_at < now() - interval '300 milliseconds'`,
    [revocation],
  );
}

const becomes = (revocation: string, wanted: object): Promise<Item> =>
  eventually(async () => {
    await hurry(revocation);
    const item = await itemOf(revocation);
    expect(item).toMatchObject(wanted);
    return item;
  }, waitMs);

const verifiedBy = (by: string) => ({ state: 'verified_dead', verification: { state: 'verified', by } });

const lastEvent = ({ id }: Connected) =>
  eventually(async () => {
    const [row] = await fixture.flow.database.query<{ type: string; data: Record<string, unknown> }>(
      `SELECT type, data FROM outbox_event WHERE subject = $1 ORDER BY sequence DESC LIMIT 1`,
      [id],
    );
    expect(row!.type).toMatch(/revocation_/);
    return { type: row!.type.replace('connection.', ''), verification: row!.data['verification'] };
  }, waitMs);

const sealedOf = ({ id }: Connected) =>
  fixture.flow.database.query(
    `SELECT FROM token_set WHERE connection_id = $1 AND (sealed_access_token IS NOT NULL OR sealed_refresh_token IS NOT NULL)
     UNION ALL SELECT FROM token_landing l JOIN refresh_attempt a ON a.id = l.attempt_id WHERE a.connection_id = $1`,
    [id],
  );

const actionsOf = async ({ id }: Connected) =>
  (await fixture.flow.audited(id))
    .map(({ action }) => action)
    .filter((action) => !/authorized|connect/.test(action));

const cure = ({ clientId }: Connected, persona = 'no-rotation') =>
  fixture.flow.control.put(`/clients/${clientId}`, { persona });

const byRefresh = { rotation: { mode: 'none' }, verification: 'refresh' };
const deaf = 'deaf-to-revocation';

/** T1 of a worker that then hangs. */
async function beginRefresh({ id: connection }: Connected): Promise<Attempt> {
  const target = { workspace: fixture.flow.workspace, connection, slot: 'default', generation: 1 };
  const attempt = await worker.get(EngineService, { strict: false }).begin(target, 'planned');
  if ('outcome' in attempt) throw new Error(attempt.outcome);
  return attempt;
}

describe('a revoked connection is verified', () => {
  it.each([
    ['introspection', {}],
    ['introspection', { revocation: { shape: 'path' } }],
    ['introspection', { revocation: { shape: 'bearer' } }],
    ['userinfo', { verification: 'userinfo' }],
    ['refresh', { verification: 'refresh' }],
    // An access token that died says nothing of a refresh token that dies alone.
    ['refresh', { verification: 'userinfo', revocation: { kills: 'token' } }],
  ])('by %s, with settings %j', async (by, settings) => {
    const connection = await fixture.connect({ settings });
    const shown = await fixture.flow.api.get<{ revocation: object }>(`/v1/connections/${connection.id}`);
    expect(shown.body.revocation).toMatchObject({ supported: true, verified_by: by });
    const revocation = await revoke(connection);
    await becomes(revocation, verifiedBy(by));
    expect(await lastEvent(connection)).toEqual({ type: 'revocation_confirmed', verification: 'verified' });
    expect(await sealedOf(connection)).toEqual([]);
    const probed = by === 'refresh' ? ['refused'] : [];
    expect((await fixture.ledger(connection)).map(({ outcome }) => outcome)).toEqual(probed);
  });

  it('not by UserInfo that refused its access token all along', async () => {
    const connection = await fixture.connect({ settings: { verification: 'userinfo' } });
    const { clientId: client } = connection;
    const body = { error: 'invalid_token' };
    await fixture.flow.fault({ endpoint: 'userinfo', kind: 'error', status: 401, body, times: 1, client });
    await becomes(await revoke(connection), verifiedBy('refresh'));
  });

  it('by the expiry of a token that others check without asking, and not before', async () => {
    const connection = await fixture.connect({ persona: 'jwt' });
    const revocation = await revoke(connection);
    await becomes(revocation, {
      ...{ state: 'revoked', verification: { state: 'waiting', reason: 'until_expiry' } },
    });
    expect(await sealedOf(connection)).not.toEqual([]);
    await fixture.flow.database.query(`UPDATE token_set SET expires_at = now() WHERE connection_id = $1`, [
      connection.id,
    ]);
    await becomes(revocation, verifiedBy('expiry'));
    expect(await sealedOf(connection)).toEqual([]);
  });

  it('or said not to be, and why', async () => {
    const connection = await fixture.connect({ persona: 'jwt' });
    await fixture.flow.database.query(`UPDATE token_set SET expires_at = NULL WHERE connection_id = $1`, [
      connection.id,
    ]);
    await becomes(await revoke(connection), {
      state: 'revoked',
      verification: { state: 'not_possible', reason: 'access_token_without_expiry' },
    });
    expect(await lastEvent(connection)).toEqual({
      type: 'revocation_confirmed',
      verification: 'not_possible',
    });
    expect(await sealedOf(connection)).toEqual([]);
  });

  it('not before a refresh that was under way is settled', async () => {
    const connection = await fixture.connect();
    await beginRefresh(connection);
    const revocation = await revoke(connection);
    await becomes(revocation, { state: 'revoked', verification: { reason: 'refresh_not_settled' } });
    await fixture.hurry(connection);
    await becomes(revocation, verifiedBy('introspection'));
  });

  it('not for ever, where a refresh that was under way never is', async () => {
    const connection = await fixture.connect();
    await beginRefresh(connection);
    const revocation = await revoke(connection);
    const { id } = await becomes(revocation, { verification: { reason: 'refresh_not_settled' } });
    await fixture.flow.database.query(
      `UPDATE revocation_item SET verification_attempts = 1000 WHERE id = $1`,
      [id],
    );
    await becomes(revocation, {
      state: 'revoked',
      verification: { state: 'not_possible', reason: 'refresh_not_settled' },
    });
    expect(await lastEvent(connection)).toMatchObject({ verification: 'not_possible' });
  });

  it('not where a refresh that was under way brought tokens that the provider does not revoke', async () => {
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    const attempt = await beginRefresh(connection);
    const raw = await worker.get(TokenEndpointService, { strict: false }).send(attempt, () => true);
    const revocation = await revoke(connection);
    await becomes(revocation, { state: 'revoked', verification: { reason: 'refresh_not_settled' } });
    const refused = { kind: 'error', status: 400, body: { error: 'invalid_request' }, times: 100 };
    await fixture.flow.fault({ endpoint: 'revocation', client, ...refused });
    await worker.get(EngineService, { strict: false }).receive(attempt, raw);
    await becomes(revocation, {
      state: 'failed',
      verification: { state: 'still_alive', reason: 'orphan_kept' },
    });
    expect((await lastEvent(connection)).type).toBe('revocation_failed');
    expect(await actionsOf(connection)).toContain('token.orphan_kept');
    expect(await sealedOf(connection)).not.toEqual([]);
    // Told again of what failed, once the provider takes it.
    await fixture.flow.control.delete('/faults');
    expect((await api.post(`/v1/revocations/${revocation}/retry-failed`)).status).toBe(200);
    await becomes(revocation, verifiedBy('introspection'));
    expect(await actionsOf(connection)).toContain('token.orphan_revoked');
    expect(await sealedOf(connection)).toEqual([]);
  });

  it('by refreshes that must fail, however many: wanted refusals are no incident of the provider', async () => {
    const many = await fixture.connectMany(25, { settings: { verification: 'refresh' } });
    const revocations = await Promise.all(many.map(revoke));
    for (const revocation of revocations) await becomes(revocation, verifiedBy('refresh'));
    expect(await fixture.flow.database.query(`SELECT kind FROM provider_incident`)).toEqual([]);
  });

  it('later, where the provider does not answer the question', async () => {
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    const down = { endpoint: 'introspection', kind: 'error', status: 503, client, times: 2 };
    await fixture.flow.fault(down);
    const revocation = await revoke(connection);
    await becomes(revocation, { verification: { state: 'waiting', reason: 'provider_did_not_say' } });
    await becomes(revocation, verifiedBy('introspection'));
  });
});

describe('a provider that says revoked while a token lives', () => {
  it('is told again until it is true', async () => {
    const connection = await fixture.connect({ persona: deaf, settings: { rotation: { mode: 'none' } } });
    const revocation = await revoke(connection);
    await becomes(revocation, { state: 'pending', last_error: 'still_alive' });
    expect(await sealedOf(connection)).not.toEqual([]);
    await cure(connection);
    const { verification } = await becomes(revocation, verifiedBy('introspection'));
    expect(verification.told_again).toBeGreaterThan(0);
    expect(await actionsOf(connection)).toEqual(expect.arrayContaining(['revocation.told_again']));
  });

  it('is found out by a refresh that should have failed, whose tokens are revoked as an orphan', async () => {
    const connection = await fixture.connect({ persona: deaf, settings: byRefresh });
    const revocation = await revoke(connection);
    await becomes(revocation, { state: 'pending', last_error: 'still_alive' });
    await cure(connection);
    await becomes(revocation, verifiedBy('refresh'));
    await eventually(async () => {
      const actions = await actionsOf(connection);
      expect(actions).toEqual(expect.arrayContaining(['revocation.probed', 'token.orphan_revoked']));
    }, waitMs);
    await eventually(async () => expect(await sealedOf(connection)).toEqual([]), waitMs);
    expect(await fixture.row(connection)).toMatchObject({ generation: 1, state: 'revoked' });
    const grants = await fixture.flow.control.get<{ data: object[] }>(
      `/grants?client=${connection.clientId}`,
    );
    expect(grants.body.data).toEqual([]);
  });

  it('has failed once it was told often enough', async () => {
    const connection = await fixture.connect({ persona: deaf, settings: byRefresh });
    const revocation = await revoke(connection);
    await fixture.flow.database.query(`UPDATE revocation_item SET told_again = 6 WHERE revocation_id = $1`, [
      revocation,
    ]);
    await becomes(revocation, { state: 'failed', verification: { state: 'still_alive' } });
    expect((await lastEvent(connection)).type).toBe('revocation_failed');
    // Kept for whoever asks to try again what failed; read by nobody.
    expect(await sealedOf(connection)).not.toEqual([]);
    expect((await fixture.read(connection)).status).toBe(410);
  });
});

describe('what failed as alive', () => {
  it('is told again when somebody asks to, with all its tries, and ends as dead everywhere', async () => {
    const connection = await fixture.connect({ persona: deaf, settings: { rotation: { mode: 'none' } } });
    const revocation = await revoke(connection);
    await fixture.flow.database.query(
      `UPDATE revocation_item SET told_again = 6, attempts = 300 WHERE revocation_id = $1`,
      [revocation],
    );
    await becomes(revocation, { state: 'failed', verification: { state: 'still_alive' } });
    const reasonOf = async () => (await fixture.row(connection)).reason;
    expect(await reasonOf()).toMatchObject({ code: 'provider_failed' });
    await cure(connection);
    expect((await api.post(`/v1/revocations/${revocation}/retry-failed`, {})).status).toBe(200);
    await becomes(revocation, verifiedBy('introspection'));
    await eventually(async () => expect(await reasonOf()).toMatchObject({ code: 'revoked' }), waitMs);
    expect(await sealedOf(connection)).toEqual([]);
  });
});

describe('a newer grant of the same user', () => {
  const settings = { revocation: { kills: 'user_grants' }, verification: 'refresh' };

  async function connectAgain({ integration, clientId }: Connected): Promise<Connected> {
    const session = await fixture.flow.session({ integration, end_user: { id: 'their-other-self' } });
    const page = await fixture.flow.connect(session.url);
    const code = page.leftFor!.searchParams.get('code');
    const { body } = await fixture.flow.confirm(session.id, code, 'their-other-self');
    return { id: body['connection'] as string, integration, clientId };
  }

  const lives = async (connection: Connected) => {
    expect((await fixture.read(connection)).status).toBe(200);
    const { body } = await fixture.flow.control.get<{ data: { refresh_tokens: number }[] }>(
      `/grants?client=${connection.clientId}`,
    );
    expect(body.data.at(-1)!.refresh_tokens).toBe(1);
  };

  it('is neither told of nor asked about where it would die as well', async () => {
    const older = await fixture.connect({ settings });
    const newer = await connectAgain(older);
    expect((await fixture.flow.api.get(`/v1/connections/${older.id}`)).body['revocation']).toMatchObject({
      ...{ supported: false, unsupported_because: 'would_revoke_another_grant', kills: 'user_grants' },
    });
    await becomes(await revoke(older), { state: 'unsupported', last_error: 'would_revoke_another_grant' });
    await lives(newer);
  });

  it('that comes before the older one is verified is not touched by a refresh', async () => {
    await fixture.stopWorkers();
    const older = await fixture.connect({ settings });
    const revocation = await revoke(older);
    await becomes(revocation, { verification: { state: 'wants_probe' } });
    const newer = await connectAgain(older);
    await fixture.startWorker();
    await becomes(revocation, {
      state: 'revoked',
      verification: { state: 'not_possible', reason: 'would_touch_another_grant' },
    });
    expect(await fixture.ledger(older)).toEqual([]);
    await lives(newer);
  });
});

describe('whoever dies meanwhile', () => {
  const environment = () => ({
    REDIS_URL: fixture.flow.redis.url,
    VAULT_KEY_FILE: join(fixture.flow.folder, 'keys.json'),
    OUTBOUND_SANDBOX_ORIGIN: fixture.flow.sandbox.url,
  });

  it('the worker in the middle of a probe: another ends it', async () => {
    await fixture.stopWorkers();
    const { database, folder } = fixture.flow;
    const doomed = await startProcess('refresh-worker', {
      env: {
        ...environment(),
        REFRESH_WORKER_DATABASE_URL: database.urlOf('refresh-worker'),
        SPOOL_DIR: join(folder, 'spool-doomed'),
      },
    });
    const connection = await fixture.connect({ persona: deaf, settings: byRefresh });
    const { clientId: client } = connection;
    // Its tokens are made, and nobody hears of them.
    await fixture.flow.fault({ kind: 'latency', milliseconds: 20_000, when: 'after', client, times: 1 });
    const revocation = await revoke(connection);
    await eventually(async () => expect(await fixture.ledger(connection)).toHaveLength(1), waitMs);
    await doomed.kill();
    await fixture.startWorker();
    await database.query(`UPDATE revocation_item SET next_attempt_at = now() WHERE revocation_id = $1`, [
      revocation,
    ]);
    // It lives, so it is told of again; then it is dead.
    await becomes(revocation, { last_error: 'still_alive' });
    await cure(connection);
    // Not before it is settled that the dead worker's answer will not turn up, from its disk either.
    const unsettled = { state: 'revoked', verification: { reason: 'refresh_not_settled' } };
    await becomes(revocation, unsettled);
    const ofTheAttempt = `connection_id = $1 AND closed_at IS NULL`;
    const look = () =>
      database.query(`UPDATE refresh_attempt SET resolve_at = now() WHERE ${ofTheAttempt}`, [connection.id]);
    await look();
    await eventually(async () =>
      expect(
        await database.query(`SELECT FROM refresh_attempt WHERE ${ofTheAttempt} AND resolve_at > now()`, [
          connection.id,
        ]),
      ).toHaveLength(1),
    );
    await becomes(revocation, unsettled);
    await database.query(
      `UPDATE refresh_worker SET given_up_at = now() WHERE id IN (SELECT worker FROM refresh_attempt WHERE ${ofTheAttempt})`,
      [connection.id],
    );
    await look();
    await becomes(revocation, verifiedBy('refresh'));
  });

  it('revocation-audit between telling and writing it down: the provider is told again, and all ends well', async () => {
    await service.close();
    const { database, folder, api: flow } = fixture.flow;
    const doomed = await startProcess('revocation-audit', {
      env: {
        ...environment(),
        PUBLIC_URL: flow.origin,
        REVOCATION_AUDIT_DATABASE_URL: database.urlOf('revocation-audit'),
        ASSERTION_JWKS_FILE: join(folder, 'assertion.jwks.json'),
      },
    });
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    const late = { kind: 'latency', milliseconds: 20_000, when: 'after', client, times: 1 };
    await fixture.flow.fault({ endpoint: 'revocation', ...late });
    const told = async () =>
      (await fixture.flow.control.get<{ data: object[] }>(`/ledger?endpoint=revocation&client=${client}`))
        .body.data;
    api = new ApiClient(doomed.url, fixture.flow.apiKey);
    const revocation = await revoke(connection);
    await eventually(async () => expect(await told()).toHaveLength(1), waitMs);
    await doomed.kill();
    ({ service, api } = await startRevocationAudit(fixture.flow));
    expect(await itemOf(revocation)).toMatchObject({ state: 'pending', attempts: 1 });
    await becomes(revocation, verifiedBy('introspection'));
    expect((await told()).length).toBeGreaterThan(1);
  });
});

describe('an item', () => {
  /** A secret that was sealed for another row. */
  const addUnreadableSecret = ({ integration }: Connected) =>
    fixture.flow.database.query(
      `INSERT INTO integration_secret (workspace_id, id, integration_id, sealed)
       SELECT workspace_id, id || '_2', integration_id, sealed FROM integration_secret WHERE integration_id = $1`,
      [integration],
    );

  it('goes on with the secret of its client that can be opened', async () => {
    const connection = await fixture.connect({ settings: { verification: 'refresh' } });
    await addUnreadableSecret(connection);
    await becomes(await revoke(connection), verifiedBy('refresh'));
  });

  it('waits for a secret that can be opened, and has failed once it waited long enough', async () => {
    const connection = await fixture.connect();
    await addUnreadableSecret(connection);
    await fixture.flow.database.query(
      `DELETE FROM integration_secret WHERE integration_id = $1 AND id NOT LIKE '%_2'`,
      [connection.integration],
    );
    const revocation = await revoke(connection);
    const error = { last_error: 'client_secret_unreadable' };
    await becomes(revocation, { state: 'pending', ...error });
    await fixture.flow.database.query(`UPDATE revocation_item SET attempts = 1000 WHERE revocation_id = $1`, [
      revocation,
    ]);
    await becomes(revocation, { state: 'failed', ...error });
    expect((await lastEvent(connection)).type).toBe('revocation_failed');
  });

  it('waits as long as the provider asked for, across however many turns', async () => {
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    const throttled = { kind: 'throttled', retry_after_seconds: 3600, client, times: 1 };
    await fixture.flow.fault({ endpoint: 'revocation', ...throttled });
    const revocation = await revoke(connection);
    const item = await eventually(async () => {
      const one = await itemOf(revocation);
      expect(one).toMatchObject({ state: 'pending', last_error: 'temporarily_unavailable' });
      return one;
    }, waitMs);
    expect(Date.parse(item.next_attempt_at!)).toBeGreaterThan(Date.now() + 3_500_000);
    await becomes(revocation, verifiedBy('introspection'));
  });

  it('is verified by one of those who claim it at once', async () => {
    const connection = await fixture.connect({ persona: 'jwt' });
    const revocation = await revoke(connection);
    const { id } = await becomes(revocation, { verification: { reason: 'until_expiry' } });
    const { database } = fixture.flow;
    // Nobody but this test looks for it.
    await database.query(`UPDATE revocation_item SET next_attempt_at = now() WHERE id = $1`, [id]);
    const limits = { share: 20, batch: 20, leaseMs: 60_000 };
    const claim = () => service.get(Directory, { strict: false }).claimRevocationItems([], limits);
    const claims = await Promise.all([claim(), claim(), claim()]);
    expect(claims.flat().filter((one) => one.id === id).length).toBeLessThanOrEqual(1);
  });
});
