import { AuditRepository } from '#storage';
import { RunningAdmin } from '../admin.fixture.js';

let admin: RunningAdmin;

beforeAll(async () => {
  admin = await RunningAdmin.start();
}, 30_000);

afterAll(() => admin.close());

const read = (path: string, who: 'viewer' | 'stranger' = 'viewer') => admin.call('GET', path, undefined, who);

describe('one connection', () => {
  it('says why it is as it is, what comes next, and how long its tokens live', async () => {
    await admin.database.query(
      `UPDATE connection SET scopes_requested = '{read,write,share}', scopes_granted = '{read,write}', state = 'degraded',
         reason = '{"code":"TRANSIENT","httpStatus":503,"at":"2026-11-01T00:00:00.000Z"}' WHERE id = 'con_1'`,
    );
    await admin.database.query(
      `UPDATE connection_slot SET refresh_due_at = now() + interval '1 minute', failures = 2, refreshed_at = now() - interval '1 day'
       WHERE connection_id = 'con_1'`,
    );
    await admin.database.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, closed_at, failure_class, error_code, http_status)
       VALUES ('wsp_1', 'att_f', 'con_1', 'default', 'wrk_1', 'planned', 1, 2, 'failed', now(), now(), 'TRANSIENT', 'server_error', 503)`,
    );
    const { status, body, headers } = await read('connections/con_1');
    expect(status).toBe(200);
    expect(headers.etag).toMatch(/^"\d+"$/);
    expect(body).toMatchObject({
      state: 'degraded',
      reason: { code: 'TRANSIENT', http_status: 503 },
      next: { what: 'renewal', at: expect.any(String) },
      last_failure: { failure_class: 'TRANSIENT', error_code: 'server_error', http_status: 503, over: false },
      scopes_missing: ['share'],
      integration_name: expect.any(String),
      revocation: { supported: expect.any(Boolean) },
      slots: [{ slot: 'default', failures: 2, refresh_due_at: expect.any(String) }],
    });
    expect((await read('connections/con_1', 'stranger')).status).toBe(404);
  });

  it('lists the generations of its tokens, and what brought each', async () => {
    await admin.database.query(`DELETE FROM token_set WHERE connection_id = 'con_2'`);
    await admin.database.query(
      `INSERT INTO token_set (workspace_id, connection_id, slot, generation, access_token_fingerprint, token_type, scope, issued_at, expires_at)
       SELECT 'wsp_1', 'con_2', 'default', g, decode('0' || g, 'hex'), 'Bearer', 'read write', now() - (3 - g) * interval '1 hour', now()
       FROM generate_series(1, 3) g`,
    );
    await admin.database.query(`UPDATE connection_slot SET generation = 3 WHERE connection_id = 'con_2'`);
    await admin.database.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, started_at, closed_at)
       VALUES ('wsp_1', 'att_p', 'con_2', 'default', 'wrk_1', 'read', 1, 2, 'promoted', now(), now() - interval '1 second', now())`,
    );
    const first = (await read('connections/con_2/generations?limit=2')).body;
    expect(first.data).toMatchObject([
      {
        generation: 3,
        state: 'current',
        superseded_at: null,
        origin: 'refresh',
        attempt: 'att_p',
        trigger: 'read',
      },
      { generation: 2, state: 'superseded', superseded_at: expect.any(String), origin: 'unknown' },
    ]);
    const rest = (await read(`connections/con_2/generations?limit=2&cursor=${String(first.next_cursor)}`))
      .body;
    expect(rest).toMatchObject({ data: [{ generation: 1, origin: 'authorization' }], next_cursor: null });
    expect((await read('connections/con_2/generations', 'stranger')).status).toBe(404);
  });

  it('says of one that was erased, by whom and when', async () => {
    await admin.database.query(`DELETE FROM connection WHERE id = 'con_3'`);
    await admin.worker.inWorkspace('wsp_1', (tx) =>
      tx.get(AuditRepository).append({
        actor: { type: 'user', id: 'usr_operator' },
        action: 'connection.erased',
        subject: { type: 'connection', id: 'con_3' },
      }),
    );
    expect(await read('connections/con_3')).toMatchObject({
      status: 410,
      body: {
        type: '/problems/connection-erased',
        erased_by: { id: 'usr_operator' },
        erased_at: expect.any(String),
      },
    });
    expect((await read('connections/con_3', 'stranger')).status).toBe(404);
    expect((await read('connections/con_never')).status).toBe(404);
    expect((await read('connections/con_3/timeline')).status).toBe(200);
  });
});

describe('connect links', () => {
  it('are listed with what came of them, never with the link', async () => {
    await admin.database.query(
      `INSERT INTO connect_session (workspace_id, id, integration_id, token_hash, end_user_id, scopes, resource, confirmation, state,
         connection_id, created_by, expires_at, completed_at)
       VALUES ('wsp_1', 'cse_1', 'int_1', '\\x01', 'ada', '{read}', '{}', false, 'completed', 'con_1', '{"type":"user","id":"usr_admin"}', now(), now()),
              ('wsp_1', 'cse_2', 'int_1', '\\x02', 'ada', '{}', '{}', false, 'open', NULL, '{"type":"user","id":"usr_admin"}', now() - interval '1 hour', NULL),
              ('wsp_1', 'cse_3', 'int_2', '\\x03', 'bob', '{}', '{}', false, 'open', NULL, '{"type":"api_key","id":"key_1"}', now() + interval '1 hour', NULL)`,
    );
    const idsOf = async (query: string) =>
      ((await read(`connect-sessions?${query}`)).body.data as { id: string }[]).map(({ id }) => id);
    expect(await idsOf('')).toEqual(['cse_3', 'cse_2', 'cse_1']);
    expect(await idsOf('state=open')).toEqual(['cse_3']);
    expect(await idsOf('state=expired')).toEqual(['cse_2']);
    expect(await idsOf('end_user=ada&integration=int_1')).toEqual(['cse_2', 'cse_1']);
    const { body } = await read('connect-sessions?limit=1&state=completed');
    expect(body).toMatchObject({
      data: [
        { id: 'cse_1', connection: 'con_1', used_at: expect.any(String), created_by: { id: 'usr_admin' } },
      ],
      next_cursor: null,
    });
    expect(JSON.stringify(body)).not.toMatch(/token|hash|url":"/);
    expect((await read('connect-sessions', 'stranger')).body.data).toEqual([]);
  });
});
