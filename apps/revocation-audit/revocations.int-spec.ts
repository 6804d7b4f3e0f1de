import { createHash } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RevocationQueue } from '#events';
import { Database, TellingRepository } from '#storage';
import { eventually, seedConnection, seedWorkspace, type ApiClient } from '#testing';
import { Vault } from '#vault';
import { jest } from '@jest/globals';
import { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { startRevocationAudit } from './revocation-audit.fixture.js';

interface Revocation {
  id: string;
  state: string;
  items: Record<string, number>;
}

interface Item {
  id: string;
  state: string;
  attempts: number;
  next_attempt_at: string | null;
}

interface Entry {
  action: string;
  subject: { id: string };
}

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

let fixture: ConnectFixture;
let api: ApiClient;
const services: NestFastifyApplication[] = [];

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  api = await startService();
  // A second replica: what is due is due for both.
  await startService();
}, 30_000);

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await fixture.stop();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await fixture.control.delete('/faults');
});

async function startService(): Promise<ApiClient> {
  const { service, api } = await startRevocationAudit(fixture);
  services.push(service);
  return api;
}

async function connect(): Promise<string> {
  const session = await fixture.session();
  const { leftFor } = await fixture.connect(session.url);
  const confirmed = await fixture.confirm(session.id, leftFor!.searchParams.get('code'));
  return confirmed.body['connection'] as string;
}

const revoke = (connection: string, reason = 'they left') =>
  api.post<Revocation>('/v1/revocations', { connection, reason });

const finished = (id: string): Promise<Revocation> =>
  eventually(async () => {
    const { body } = await api.get<Revocation>(`/v1/revocations/${id}`);
    expect(body.state).toBe('finished');
    return body;
  }, 10_000);

const itemsOf = async (id: string): Promise<Item[]> =>
  (await api.get<Page<Item>>(`/v1/revocations/${id}/items`)).body.data;

const told = async (): Promise<{ presented: { hash: string } | null }[]> =>
  (
    await fixture.control.get<{ data: { presented: { hash: string } | null }[] }>(
      '/ledger?endpoint=revocation',
    )
  ).body.data;

const events = async (connection: string) =>
  (
    await fixture.database.query<{ type: string }>(
      `SELECT type FROM outbox_event WHERE subject = $1 ORDER BY sequence`,
      [connection],
    )
  ).map(({ type }) => type);

describe('a revocation', () => {
  it('holds at once here, then at the provider, which is told once by however many replicas', async () => {
    const connection = await connect();
    const before = (await told()).length;
    const { status, body } = await revoke(connection);
    expect([status, body.items]).toEqual([201, expect.objectContaining({ pending: 1 })]);
    expect((await fixture.api.get(`/v1/connections/${connection}/token`)).status).toBe(410);
    expect(await finished(body.id)).toMatchObject({ items: { verified_dead: 1, revoked: 0, pending: 0 } });
    // The refresh token and the access token, each once.
    expect(new Set((await told()).slice(before).map(({ presented }) => presented?.hash)).size).toBe(2);
    expect((await told()).length - before).toBe(2);
    expect(await events(connection)).toEqual([
      'connection.authorized',
      'connection.revoking',
      'connection.revoked',
      'connection.revocation_confirmed',
    ]);
    const sealed = await fixture.database.query(
      `SELECT FROM token_set WHERE connection_id = $1 AND (sealed_access_token IS NOT NULL OR sealed_refresh_token IS NOT NULL)`,
      [connection],
    );
    expect(sealed).toEqual([]);
  });

  it('is found in Postgres where the queue was not woken', async () => {
    jest.spyOn(RevocationQueue.prototype, 'wake').mockRejectedValue(new Error('Redis is gone'));
    const { body } = await revoke(await connect());
    expect(await finished(body.id)).toMatchObject({ items: { verified_dead: 1 } });
  });

  it('is told again until the provider confirms it', async () => {
    const connection = await connect();
    await fixture.control.put('/faults', {
      faults: [{ endpoint: 'revocation', kind: 'error', status: 503, times: 2 }],
    });
    const { body } = await revoke(connection);
    expect(await finished(body.id)).toMatchObject({ items: { verified_dead: 1 } });
    const items = await itemsOf(body.id);
    expect(items).toEqual([expect.objectContaining({ state: 'verified_dead' })]);
    expect(items[0]!.attempts).toBeGreaterThan(1);
  }, 15_000);

  it('says so where the provider cannot be told', async () => {
    const connection = await connect();
    const [row] = await fixture.database.query<{ clientId: string }>(
      `SELECT client_id AS "clientId" FROM integration WHERE id = $1`,
      [fixture.integration],
    );
    const persona = { rotation: 'A', revocation: false };
    await fixture.control.put('/personas/deaf', persona);
    await fixture.control.put(`/clients/${row!.clientId}`, { persona: 'deaf' });
    const { body } = await revoke(connection);
    expect(await finished(body.id)).toMatchObject({ items: { unsupported: 1 } });
    await fixture.control.put(`/clients/${row!.clientId}`, { persona: 'default' });
    expect((await events(connection)).at(-1)).toBe('connection.revocation_failed');
    expect((await fixture.api.get(`/v1/connections/${connection}/token`)).status).toBe(410);
  });

  it('still ends where its tokens cannot be opened, and keeps nobody else waiting', async () => {
    const connection = await connect();
    await fixture.database.query(
      `UPDATE token_set SET sealed_refresh_token = set_byte(sealed_refresh_token, 80, 255 - get_byte(sealed_refresh_token, 80))
       WHERE connection_id = $1`,
      [connection],
    );
    const { body } = await revoke(connection);
    expect(await finished(body.id)).toMatchObject({ items: { failed: 1 } });
    const items = await itemsOf(body.id);
    // What could be opened is dead all the same.
    expect(items).toEqual([
      expect.objectContaining({
        last_error: 'refresh_token_unreadable',
        access_token_revoked_at: expect.any(String),
      }),
    ]);
    expect((await events(connection)).at(-1)).toBe('connection.revocation_failed');
  });

  it('takes the access token back even where the provider refuses to revoke the refresh token', async () => {
    const connection = await connect();
    await fixture.control.put('/faults', {
      faults: [
        {
          endpoint: 'revocation',
          kind: 'error',
          status: 400,
          body: { error: 'invalid_request' },
          content_type: 'application/json',
          times: 1,
        },
      ],
    });
    const { body } = await revoke(connection);
    expect(await finished(body.id)).toMatchObject({ items: { failed: 1, revoked: 0 } });
    const items = await itemsOf(body.id);
    expect(items).toEqual([
      expect.objectContaining({
        last_error: 'invalid_request',
        refresh_token_revoked_at: null,
        access_token_revoked_at: expect.any(String),
      }),
    ]);
  });

  it('is told with the older secret where the provider does not know the newest yet', async () => {
    const connection = await connect();
    const cipher = await services[0]!.get(Vault, { strict: false }).cipherFor(fixture.workspace);
    await fixture.database.query(
      `INSERT INTO integration_secret (workspace_id, id, integration_id, sealed, created_at)
       VALUES ($1, 'sec_newest', $2, $3, now() + interval '1 minute')`,
      [
        fixture.workspace,
        fixture.integration,
        cipher.seal({ integration: fixture.integration, secret: 'sec_newest' }, 'not-in-force-yet'),
      ],
    );
    const { body } = await revoke(connection);
    const ended = await finished(body.id).finally(() =>
      fixture.database.query(`DELETE FROM integration_secret WHERE id = 'sec_newest'`),
    );
    expect(ended).toMatchObject({ items: { verified_dead: 1 } });
  });

  it('that fails for a reason of ours waits for its next turn', async () => {
    const connection = await connect();
    const flip = () =>
      fixture.database.query(
        `UPDATE integration_secret SET sealed = set_byte(sealed, 80, 255 - get_byte(sealed, 80)) WHERE integration_id = $1`,
        [fixture.integration],
      );
    await flip();
    const { body } = await revoke(connection);
    await eventually(async () =>
      expect(await itemsOf(body.id)).toMatchObject([
        { state: 'pending', last_error: 'client_secret_unreadable', next_attempt_at: expect.any(String) },
      ]),
    );
    await flip();
    expect(await finished(body.id)).toMatchObject({ items: { verified_dead: 1 } });
  });

  it('is not undone by a replica that is late', async () => {
    const { body } = await revoke(await connect());
    await finished(body.id);
    const [item] = await itemsOf(body.id);
    const late = { state: 'failed', error: 'late', httpStatus: null } as const;
    await services[0]!
      .get(Database, { strict: false })
      .inWorkspace(fixture.workspace, (tx) =>
        tx.get(TellingRepository).endAll([{ claim: item!, revoked: [], ...late }], 0),
      );
    expect(await finished(body.id)).toMatchObject({ items: { verified_dead: 1, failed: 0 } });
  });

  it('of what is revoked already answers the one that did it', async () => {
    const connection = await connect();
    const first = await revoke(connection);
    const second = await revoke(connection, 'again');
    expect([second.status, second.body.id]).toEqual([200, first.body.id]);
    expect((await events(connection)).filter((type) => type === 'connection.revoking')).toHaveLength(1);
  });

  it.each([
    [{ connection: 'con_nobody', reason: 'x' }, 404],
    [{ connection: 'con_nobody' }, 400],
    [{ connection: 'con_nobody', reason: ' ' }, 400],
    [{ connection: 'con_nobody', selector: { provider: 'sandbox' }, reason: 'x' }, 400],
  ])('refuses %j with %i', async (wish, status) => {
    expect((await api.post('/v1/revocations', wish)).status).toBe(status);
  });

  it('of another workspace is none', async () => {
    const theirs = await seedConnection(fixture.database);
    expect((await revoke(theirs.connection)).status).toBe(404);
    const { body } = await revoke(await connect());
    const stranger = api.as((await seedWorkspace(fixture.database)).apiKey);
    expect((await stranger.get(`/v1/revocations/${body.id}`)).status).toBe(404);
    expect((await stranger.get(`/v1/revocations/${body.id}/items`)).status).toBe(404);
    expect((await stranger.get<Page<object>>('/v1/revocations')).body.data).toEqual([]);
  });
});

describe('the audit log', () => {
  it('is read by filter, page by page, newest first, none twice and none left out', async () => {
    const connection = await connect();
    await finished((await revoke(connection)).body.id);
    const seen: Entry[] = [];
    let cursor: string | null = null;
    do {
      const query: URLSearchParams = new URLSearchParams({
        subject: connection,
        limit: '2',
        ...(cursor && { cursor }),
      });
      const { body } = await api.get<Page<Entry>>(`/v1/audit/entries?${query.toString()}`);
      seen.push(...body.data);
      cursor = body.next_cursor;
    } while (cursor);
    expect(seen.map(({ action }) => action).toReversed()).toEqual(
      (await fixture.audited(connection)).map(({ action }) => action),
    );
    const one = await api.get<Page<Entry>>(
      `/v1/audit/entries?action=connection.revoking&subject=${connection}`,
    );
    expect(one.body.data).toHaveLength(1);
  });

  it('can be neither changed nor shortened by the service that keeps it', async () => {
    const database = services[0]!.get(Database, { strict: false });
    for (const sql of [
      `UPDATE audit_entry SET action = 'x'`,
      `DELETE FROM audit_entry`,
      `TRUNCATE audit_entry`,
    ])
      await expect(database.acrossWorkspaces(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('shows attempts without a credential by address, reason and minute', async () => {
    await Promise.all(Array.from({ length: 5 }, () => api.as(undefined).get('/v1/revocations')));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const { body } = await api.get<{ data: { address: string; reason: string; count: number }[] }>(
      '/v1/audit/denied-accesses',
    );
    expect(body.data).toContainEqual(
      expect.objectContaining({ address: '127.0.0.1', reason: 'invalid-api-key', count: 5 }),
    );
  });
});

describe('asked again under the idempotency key of a request that nobody answers any more', () => {
  /** As a process leaves it that was killed in the middle. */
  async function leftBehind(body: object): Promise<() => ReturnType<typeof revoke>> {
    const key = `left-${Math.random()}`;
    await fixture.database.query(
      `INSERT INTO idempotency_key (workspace_id, caller_id, key, route, body_hash)
       SELECT workspace_id, id, $2, 'POST /v1/revocations', $3 FROM api_key WHERE workspace_id = $1`,
      [fixture.workspace, key, createHash('sha256').update(JSON.stringify(body)).digest()],
    );
    return () => api.post<Revocation>('/v1/revocations', body, { 'idempotency-key': key });
  }

  it('one connection is revoked at once, and its answer is kept', async () => {
    const again = await leftBehind({ connection: await connect(), reason: 'a leak' });
    const first = await again();
    expect(first.status).toBe(201);
    const second = await again();
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(second.body.id).toBe(first.body.id);
  });

  it('a selection waits until the first is known to be gone: no job is made twice', async () => {
    const again = await leftBehind({ selector: { provider: 'sandbox' }, reason: 'a leak' });
    expect(await again()).toMatchObject({
      status: 409,
      body: { type: '/problems/idempotency-in-progress' },
    });
  });
});
