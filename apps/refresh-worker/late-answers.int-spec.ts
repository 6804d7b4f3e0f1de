import { Database, TroubleRepository } from '#storage';
import { eventually } from '#testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EngineService } from './refreshing/engine.service.js';
import type { Attempt } from './refreshing/refresh-facts.js';
import { TokenEndpointService } from './refreshing/token-endpoint.service.js';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;
let worker: NestFastifyApplication;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  worker = await fixture.startWorker();
}, 30_000);

afterAll(() => fixture.stop());
afterEach(() => fixture.flow.control.delete('/faults'));

/** T1 of a worker that then hangs. */
async function begin({ id }: Connected): Promise<Attempt> {
  const target = { workspace: fixture.flow.workspace, connection: id, slot: 'default', generation: 1 };
  const attempt = await worker.get(EngineService, { strict: false }).begin(target, 'planned');
  if ('outcome' in attempt) throw new Error(attempt.outcome);
  return attempt;
}

/** What is left of a refresh, in order: each as late as a test wants it. */
const send = (attempt: Attempt) =>
  worker.get(TokenEndpointService, { strict: false }).send(attempt, () => true);
const digest = (attempt: Attempt, raw: Awaited<ReturnType<typeof send>>) =>
  worker.get(EngineService, { strict: false }).receive(attempt, raw);

/** The open attempt's lease and wait are over, as time would have it. */
async function hurry({ id }: Connected): Promise<void> {
  const { database } = fixture.flow;
  await database.query(
    `UPDATE connection_slot SET lease_until = now() WHERE connection_id = $1 AND open_attempt_id IS NOT NULL`,
    [id],
  );
  await database.query(
    `UPDATE refresh_attempt SET resolve_at = now(), started_at = least(started_at, now() - interval '40 seconds') WHERE connection_id = $1 AND closed_at IS NULL`,
    [id],
  );
}

const until = (connection: Connected, wanted: object) =>
  eventually(async () => {
    await hurry(connection);
    expect(await fixture.row(connection)).toMatchObject(wanted);
  }, 12_000);

const attemptsOf = ({ id }: Connected) =>
  fixture.flow.database.query(
    `SELECT a.state, a.closed_at IS NOT NULL AS closed, l.state AS landing FROM refresh_attempt a
     LEFT JOIN token_landing l ON l.attempt_id = a.id WHERE a.connection_id = $1 ORDER BY a.started_at`,
    [id],
  );

/** From then on nothing is left that a retry could lose. */
const expire = ({ id }: Connected) =>
  fixture.flow.database.query(`UPDATE token_set SET expires_at = now() WHERE connection_id = $1`, [id]);

describe('an answer that comes after others took over', () => {
  it('never replaces the newer tokens, and is kept as an orphan', async () => {
    const connection = await fixture.connect({
      persona: 'no-rotation',
      settings: { rotation: { mode: 'none' } },
    });
    const late = await begin(connection);
    await until(connection, { generation: 2, open: false });
    const before = (await fixture.read(connection)).body.access_token;
    expect(await digest(late, await send(late))).toMatchObject({ outcome: 'superseded' });
    await eventually(async () =>
      expect(await attemptsOf(connection)).toEqual([
        { state: 'orphaned', closed: true, landing: 'orphaned' },
      ]),
    );
    expect(await fixture.row(connection)).toMatchObject({ generation: 2, state: 'active' });
    expect((await fixture.read(connection)).body.access_token).toBe(before);
  }, 20_000);

  it('is installed where it is the newest there is, though its connection was given up', async () => {
    const connection = await fixture.connect();
    const late = await begin(connection);
    const raw = await send(late);
    await expire(connection);
    // As when a replay does not kill the family at once: refused, and the new tokens are good.
    const { clientId: client } = connection;
    const body = { error: 'invalid_grant' };
    await fixture.flow.fault({ kind: 'error', status: 400, body, times: 1, client });
    await until(connection, { state: 'needs_reauthorization', reason: { code: 'lost_rotation' } });
    await digest(late, raw);
    await until(connection, { state: 'active', generation: 2, open: false });
    expect(await attemptsOf(connection)).toEqual([{ state: 'promoted', closed: true, landing: null }]);
    expect(await fixture.events(connection.id)).toContain('connection.recovered');
    expect((await fixture.read(connection)).status).toBe(200);
  }, 20_000);
});

describe('an answer of a connection that was revoked meanwhile', () => {
  /** Landed when others have closed its attempt. */
  async function landLate(connection: Connected): Promise<void> {
    const late = await begin(connection);
    const { database } = fixture.flow;
    await database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [connection.id]);
    await database.query(`UPDATE connection_slot SET fence = fence + 1 WHERE connection_id = $1`, [
      connection.id,
    ]);
    await eventually(async () => {
      await hurry(connection);
      expect(await attemptsOf(connection)).toMatchObject([{ state: 'resolved' }]);
    });
    expect(await digest(late, await send(late))).toMatchObject({ outcome: 'superseded' });
  }

  const living = async ({ clientId }: Connected) => {
    const { body } = await fixture.flow.control.get<{
      data: { access_tokens: number; refresh_tokens: number }[];
    }>(`/grants?client=${clientId}`);
    return body.data.filter((grant) => grant.refresh_tokens + grant.access_tokens > 0);
  };

  const orphanAudits = async ({ id }: Connected) =>
    (await fixture.flow.audited(id)).filter(({ action }) => action.startsWith('token.orphan_'));

  const isKept = (connection: Connected, reason: string) =>
    eventually(async () => {
      expect(await attemptsOf(connection)).toEqual([
        { state: 'orphaned', closed: true, landing: 'orphaned' },
      ]);
      expect(await orphanAudits(connection)).toMatchObject([
        { action: 'token.orphan_kept', detail: { reason } },
      ]);
    });

  const refuse = ({ clientId: client }: Connected, status: number, error: string) => {
    const body = { error };
    return fixture.flow.fault({ endpoint: 'revocation', kind: 'error', status, body, client, times: 100 });
  };

  it.each([
    [{}],
    // Only the access token can be told of; the refresh token would be refused as if it were dead.
    [{ revocation: { shape: 'bearer' } }],
    [{ revocation: { kills: 'token' } }],
  ])(
    'is revoked at the provider in its way: %j',
    async (settings) => {
      const connection = await fixture.connect({ settings });
      await landLate(connection);
      await eventually(async () => {
        expect(await attemptsOf(connection)).toEqual([{ state: 'orphaned', closed: true, landing: null }]);
      });
      expect(await living(connection)).toEqual([]);
      expect(await orphanAudits(connection)).toMatchObject([{ action: 'token.orphan_revoked' }]);
      expect(await fixture.row(connection)).toMatchObject({ generation: 1, state: 'revoked' });
    },
    20_000,
  );

  it('is kept, and shown to whoever may act, where the provider refuses', async () => {
    const connection = await fixture.connect();
    await refuse(connection, 400, 'invalid_request');
    await landLate(connection);
    await isKept(connection, 'invalid_request');
    const { workspace } = fixture.flow;
    const troubles = await worker
      .get(Database, { strict: false })
      .inWorkspace(workspace, (tx) => tx.get(TroubleRepository).list(100));
    expect(troubles.filter(({ connectionId }) => connectionId === connection.id)).toMatchObject([
      { kind: 'orphaned', code: 'not_revoked', detail: 'invalid_request', nextAt: null },
    ]);
  }, 20_000);

  it('is told of again for a while, and then kept', async () => {
    const connection = await fixture.connect();
    await refuse(connection, 401, 'invalid_client');
    await landLate(connection);
    await eventually(async () =>
      expect(await attemptsOf(connection)).toEqual([
        { state: 'orphaned', closed: false, landing: 'orphaned' },
      ]),
    );
    const tried = () =>
      fixture.flow.database.query(
        `SELECT settlings, resolve_at > now() + interval '5 seconds' AS waits FROM refresh_attempt WHERE connection_id = $1`,
        [connection.id],
      );
    await eventually(async () => expect(await tried()).toEqual([{ settlings: 1, waits: true }]));
    await fixture.flow.database.query(
      `UPDATE refresh_attempt SET settlings = 1000, resolve_at = now() WHERE connection_id = $1`,
      [connection.id],
    );
    await isKept(connection, 'invalid_client');
  }, 20_000);

  it('is kept where it cannot be opened', async () => {
    const connection = await fixture.connect();
    await refuse(connection, 503, 'server_error');
    await landLate(connection);
    await fixture.flow.database.query(
      `UPDATE token_landing SET sealed_answer = set_byte(sealed_answer, 40, 255 - get_byte(sealed_answer, 40))
       WHERE attempt_id IN (SELECT id FROM refresh_attempt WHERE connection_id = $1)`,
      [connection.id],
    );
    await hurry(connection);
    await eventually(async () => {
      await hurry(connection);
      await isKept(connection, 'not_readable');
    });
  }, 20_000);
});

describe('a doubt', () => {
  it('outlives a retry that says nothing, so that the refusal after it is named for what it is', async () => {
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    await fixture.flow.fault({ kind: 'lost_answer', client, times: 1 });
    expect((await fixture.refresh(connection)).status).toBe(503);
    await fixture.flow.control.delete('/faults');
    await fixture.flow.fault({ kind: 'throttled', retry_after_seconds: 1, client, times: 1 });
    await expire(connection);
    await until(connection, { state: 'needs_reauthorization', reason: { code: 'lost_rotation' } });
    const outcomes = (await fixture.ledger(connection)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['granted', 'faulted', 'refused']);
  }, 20_000);
});

describe('a provider that asked for patience', () => {
  it('is not asked again meanwhile, whoever wants to', async () => {
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    await fixture.flow.fault({ kind: 'throttled', retry_after_seconds: 600, client });
    for (let time = 0; time < 3; time++)
      expect(await fixture.refresh(connection)).toMatchObject({ status: 429 });
    expect(await fixture.ledger(connection)).toHaveLength(1);
  });
});

describe('a connection that cannot be renewed', () => {
  it('expires with its last token, and nothing of it can be opened any more', async () => {
    const connection = await fixture.connect();
    const { database } = fixture.flow;
    await database.query(
      `UPDATE token_set SET refresh_token_fingerprint = NULL, sealed_refresh_token = NULL,
         expires_at = now() - interval '1 second', issued_at = now() - interval '1 hour' WHERE connection_id = $1`,
      [connection.id],
    );
    await database.query(
      `UPDATE connection_slot SET refresh_due_at = NULL, expires_at = now() - interval '1 second' WHERE connection_id = $1`,
      [connection.id],
    );
    // Its first round of retention comes at once.
    await fixture.startWorker();
    await eventually(async () =>
      expect(await fixture.row(connection)).toMatchObject({
        state: 'expired',
        reason: { code: 'not_renewable' },
      }),
    );
    expect(await fixture.events(connection.id)).toContain('connection.expired');
    expect(
      await database.query(
        `SELECT FROM token_set WHERE connection_id = $1 AND sealed_access_token IS NOT NULL`,
        [connection.id],
      ),
    ).toEqual([]);
    expect((await fixture.read(connection)).status).toBe(410);
  });
});

describe('a worker that is told to leave', () => {
  it('ends the refresh in flight first', async () => {
    const connection = await fixture.connect();
    const { clientId: client } = connection;
    await fixture.flow.fault({ kind: 'latency', milliseconds: 800, when: 'after', client });
    void fixture.refresh(connection);
    await eventually(async () => expect(await fixture.row(connection)).toMatchObject({ open: true }));
    await fixture.stopWorkers();
    expect(await fixture.row(connection)).toMatchObject({ generation: 2, open: false });
    expect(await fixture.ledger(connection)).toHaveLength(1);
  });
});
