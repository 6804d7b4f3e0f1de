import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { jest } from '@jest/globals';
import { eventually } from '#testing';
import { EngineService } from './refreshing/engine.service.js';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;
let worker: NestFastifyApplication;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  worker = await fixture.startWorker();
}, 30_000);

afterAll(() => fixture.stop());
afterEach(() => fixture.flow.control.delete('/faults'));

interface Detail {
  state: string;
  slots: { refresh_due_at: string | null }[];
  attempts: {
    phase: string;
    failure_class: string | null;
    error_code: string | null;
    http_status: number | null;
  }[];
}

const detail = async ({ id }: Connected) =>
  (await fixture.flow.api.get<Detail>(`/v1/connections/${id}`)).body;
const ask = ({ id }: Connected, what: 'retry' | 'give-up', query: Record<string, string> = {}) =>
  fixture.flow.api.post<Detail & { type?: string }>(
    `/v1/connections/${id}/${what}?${new URLSearchParams(query).toString()}`,
    {},
  );

async function degraded(): Promise<Connected> {
  const connection = await fixture.connect();
  const body = { error: 'temporarily_unavailable', error_description: 'never shown to anybody' };
  await fixture.flow.fault({ kind: 'error', status: 503, body, times: 1, client: connection.clientId });
  await fixture.refresh(connection);
  return connection;
}

describe('a renewal that fails', () => {
  it('is told with its connection: how far it came, its class, the code, when it is tried again; and the token is served', async () => {
    const connection = await degraded();
    const shown = await detail(connection);
    expect(shown).toMatchObject({
      state: 'degraded',
      attempts: [
        {
          phase: 'failed',
          failure_class: 'TRANSIENT',
          error_code: 'temporarily_unavailable',
          http_status: 503,
        },
      ],
    });
    expect(Date.parse(shown.slots[0]!.refresh_due_at!)).toBeGreaterThan(Date.now() - 5_000);
    expect(JSON.stringify(shown)).not.toContain('never shown');
    expect((await fixture.read(connection)).status).toBe(200);
  }, 20_000);

  it('is tried again at once where somebody asks for it', async () => {
    const connection = await degraded();
    await fixture.flow.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() + interval '1 hour', claimed_epoch = NULL WHERE connection_id = $1`,
      [connection.id],
    );
    expect((await ask(connection, 'retry')).status).toBe(200);
    await eventually(
      async () => expect(await fixture.row(connection)).toMatchObject({ state: 'active', generation: 2 }),
      10_000,
    );
    expect((await detail(connection)).attempts.map(({ phase }) => phase)).toEqual(['promoted', 'failed']);
  }, 20_000);

  it('can be given up, for a reason that is kept: then its user has to connect again', async () => {
    const connection = await degraded();
    const reason = 'Ada & Bob left';
    expect((await ask(connection, 'give-up', { reason: ' ' })).status).toBe(400);
    expect((await ask(connection, 'give-up', { reason })).body).toMatchObject({
      state: 'needs_reauthorization',
    });
    expect(await fixture.row(connection)).toMatchObject({ reason: { code: 'given_up' } });
    expect((await fixture.read(connection)).status).toBe(409);
    expect((await fixture.flow.audited(connection.id)).at(-1)).toMatchObject({
      action: 'connection.given_up',
      detail: { state: 'degraded', reason },
    });
  }, 20_000);
});

describe('a lost answer under strict rotation', () => {
  it('is looked at again where somebody asks for it, and spent no sooner for that', async () => {
    const connection = await fixture.connect();
    await fixture.flow.fault({ kind: 'lost_answer', client: connection.clientId });
    await fixture.refresh(connection);
    expect((await ask(connection, 'retry')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await fixture.ledger(connection)).toHaveLength(1);
  }, 20_000);
});

describe('a connection that is well', () => {
  it.each(['retry', 'give-up'] as const)('has nothing to %s', async (what) => {
    const connection = await fixture.connect();
    const { status, body } = await ask(connection, what);
    expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/nothing-stuck' });
    expect(await fixture.row(connection)).toMatchObject({ state: 'active' });
  });
});

describe('an attempt that cannot be resolved for a fault of ours', () => {
  it('waits a little, so that the others have their turn', async () => {
    const connection = await fixture.connect();
    const { database, workspace } = fixture.flow;
    const { resolver } = worker.get(EngineService, { strict: false });
    jest.spyOn(resolver, 'resolve').mockRejectedValue(new Error('a fault of ours'));
    await database.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, resolve_at) VALUES ($1, 'att_fault', $2, 'default', 'wrk_1', 'planned', 1, 1, 'ambiguous', now(), now())`,
      [workspace, connection.id],
    );
    await eventually(async () => {
      const waiting = await database.query(
        `SELECT FROM refresh_attempt WHERE id = 'att_fault' AND resolve_at > now() + interval '2 seconds'`,
      );
      expect(waiting).toHaveLength(1);
    });
    jest.restoreAllMocks();
  }, 20_000);
});
