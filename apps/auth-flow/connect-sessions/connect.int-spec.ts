import { ConnectFixture, returnUrl } from './connect.fixture.js';

let world: ConnectFixture;
beforeAll(async () => {
  world = await ConnectFixture.start();
}, 30_000);
afterAll(() => world.stop());
beforeEach(() => world.control.delete('/faults'));

const stateOf = async (id: string) =>
  (await world.database.query<{ state: string }>(`SELECT state FROM connection WHERE id = $1`, [id]))[0]
    ?.state;
const slotOf = async (id: string) =>
  (
    await world.database.query<{ generation: number; due: boolean; expires: boolean }>(
      `SELECT generation, refresh_due_at > now() AS due, expires_at > now() AS expires FROM connection_slot
       WHERE connection_id = $1`,
      [id],
    )
  )[0];

describe('connecting an end user', () => {
  it('shows who asks for what and for whom, without using anything up', async () => {
    const { url } = await world.session();
    const page = await world.browser().open(url);
    expect(page.status).toBe(200);
    expect(page.html).toMatch(/<strong>Ada<\/strong>\s*· ada@example\.com/);
    expect(page.html).toContain('Tidy &lt;b&gt;Notes&lt;/b&gt;');
    expect(page.html).toContain('notes:write');
    expect(page.html).not.toMatch(/<script|<form/);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect((await world.browser().open(url)).status).toBe(200);
  });

  it('keeps the connection pending until the platform confirms the person, once', async () => {
    const { id, url } = await world.session();
    const { leftFor } = await world.connect(url);
    const code = leftFor?.searchParams.get('code') ?? null;
    expect(leftFor?.href).toMatch(
      /^http:\/\/platform\.example\/back\?tab=1&connect_session=cse_\w+&code=[\w-]{43}$/,
    );
    const waiting = await world.told(id);
    const connection = String(waiting['connection']);
    expect(waiting).toMatchObject({ state: 'awaiting_confirmation', failure: null });
    expect(await stateOf(connection)).toBe('pending');
    expect(await slotOf(connection)).toMatchObject({ generation: 1, due: null });

    const wrong = [await world.confirm(id, 'x'.repeat(43)), await world.confirm(id, code, 'user-2')];
    expect(wrong.map(({ body }) => body['type'])).toEqual(Array(2).fill('/problems/confirmation-refused'));
    expect(await stateOf(connection)).toBe('pending');

    const right = await world.confirm(id, code);
    expect(right).toMatchObject({ status: 200, body: { state: 'completed', connection } });
    expect(await stateOf(connection)).toBe('active');
    expect(await slotOf(connection)).toEqual({ generation: 1, due: true, expires: true });
    expect((await world.confirm(id, code)).body['type']).toBe('/problems/connect-session-not-confirmable');

    expect((await world.audited(id)).map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      'connect_session.created api_key',
      'connect_session.started end_user',
      'connect_session.awaiting_confirmation end_user',
      'connect_session.confirmation_refused api_key',
      'connect_session.confirmation_refused api_key',
      'connect_session.confirmed api_key',
      'connect_session.confirmation_refused api_key',
    ]);
    const events = await world.database.query(
      `SELECT type, data->>'state' AS state FROM outbox_event WHERE subject = $1`,
      [connection],
    );
    expect(events).toEqual([{ type: 'connection.authorized', state: 'active' }]);
  });

  it('ends on a page of ours where there is no return URL, and opens its link to nobody again', async () => {
    const { id, url } = await world.session({ return_url: undefined });
    const done = await world.connect(url);
    expect(done.status).toBe(200);
    expect(done.html).toMatch(/is connected/);
    const told = await world.told(id);
    expect(told).toMatchObject({ state: 'completed', confirmation: false });
    expect(await stateOf(String(told['connection']))).toBe('active');
    const again = await world.browser().open(url);
    expect([again.status, again.html]).toEqual([410, expect.stringContaining('already used')]);
  });

  it('audits that confirmation was switched off, and is then done at once', async () => {
    const { id, url } = await world.session({ confirmation: false });
    const { leftFor } = await world.connect(url);
    expect(leftFor?.searchParams.has('code')).toBe(false);
    expect((await world.told(id))['state']).toBe('completed');
    expect((await world.audited(id)).map(({ action }) => action)).toContain(
      'connect_session.confirmation_switched_off',
    );
  });

  it('refuses what cannot be connected, with a pointer', async () => {
    const tried = async (wish: Record<string, unknown>) => {
      const { status, body } = await world.api.post('/v1/connect-sessions', {
        integration: world.integration,
        end_user: { id: 'user-1' },
        ...wish,
      });
      return [status, (body['errors'] as { pointer: string }[] | undefined)?.[0]?.pointer ?? body['type']];
    };
    expect(await tried({ return_url: 'http://platform.example/back' })).toEqual([400, '/return_url']);
    expect(await tried({ confirmation: true })).toEqual([400, '/confirmation']);
    expect(await tried({ resource: 'notes#part' })).toEqual([400, '/resource']);
    expect(await tried({ surprise: 1 })).toEqual([400, '/surprise']);
    expect(await tried({ integration: 'int_none' })).toEqual([404, '/problems/integration-not-found']);
    expect(await tried({ connection: 'con_none' })).toEqual([404, '/problems/connection-not-found']);
    const draft = await world.newIntegration({ state: 'draft' });
    expect(await tried({ integration: draft })).toEqual([409, '/problems/integration-is-draft']);
  });
});

describe('connecting again', () => {
  /** A confirmed connection of a person of their own. */
  const connected = async (endUser: string, who?: { login: string; password: string }) => {
    const { id, url } = await world.session({ end_user: { id: endUser }, confirmation: false });
    await world.connect(url, 'allow', world.browser(), who);
    return String((await world.told(id))['connection']);
  };

  it('renews the connection that the same person has, and only after its confirmation', async () => {
    const connection = await connected('user-again');
    const { id, url } = await world.session({
      end_user: { id: 'user-again' },
      scopes: ['openid', 'profile'],
    });
    const { leftFor } = await world.connect(url);
    expect(await slotOf(connection)).toMatchObject({ generation: 1 });
    const confirmed = await world.confirm(id, leftFor?.searchParams.get('code') ?? '', 'user-again');
    expect(confirmed.body).toMatchObject({ state: 'completed', connection });
    expect(await slotOf(connection)).toEqual({ generation: 2, due: true, expires: true });
    const [row] = await world.database.query(
      `SELECT state, scopes_requested, scopes_granted FROM connection WHERE id = $1`,
      [connection],
    );
    expect(row).toEqual({
      state: 'active',
      scopes_requested: ['openid', 'profile'],
      scopes_granted: ['openid', 'profile'],
    });
    const sealed = await world.database.query(`SELECT 1 FROM authorization_request WHERE sealed IS NOT NULL`);
    expect(sealed).toEqual([]);
  });

  it('remembers whether the refresh token that it replaces may live on: it was neither spent nor refused', async () => {
    const connection = await connected('user-thrice');
    await connected('user-thrice');
    await world.database.query(
      `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
         deadline, failure_class, closed_at)
       SELECT workspace_id, 'att_refused', id, 'default', 'w', 'schedule', 1, 2, 'failed', now(), 'REAUTHORIZE', now()
       FROM connection WHERE id = $1`,
      [connection],
    );
    await connected('user-thrice');
    const sets = await world.database.query(
      `SELECT replaces_unspent AS unspent FROM token_set WHERE connection_id = $1 AND generation > 1 ORDER BY generation`,
      [connection],
    );
    expect(sets).toEqual([{ unspent: true }, { unspent: false }]);
  });

  it('refuses another account for a named connection, and gives its grant back', async () => {
    const connection = await connected('user-named');
    const before = await world.connections();
    const bob = { login: 'bob', password: 'battery staple' };
    await world.control.put('/users/bob', { password: bob.password });
    const { id, url } = await world.session({
      end_user: { id: 'user-named' },
      connection,
      confirmation: false,
    });
    const page = await world.connect(url, 'allow', world.browser(), bob);
    expect([page.status, page.html]).toEqual([409, expect.stringContaining('another account')]);
    expect(await world.told(id)).toMatchObject({ state: 'failed', failure: { code: 'subject_mismatch' } });
    expect(await world.connections()).toEqual(before);
    const grants = await world.control.get<{ data: { refresh_tokens: number }[] }>('/grants?login=bob');
    expect(grants.body.data.filter((grant) => grant.refresh_tokens > 0)).toEqual([]);
    expect((await world.audited(id)).at(-1)).toMatchObject({
      action: 'connect_session.refused',
      detail: { code: 'subject_mismatch', grant_given_back: true },
    });
    expect(page.html).toContain(`tab=1&amp;connect_session=${id}&amp;error=subject_mismatch"`);
  });

  it('takes the person back on the retry that the page offers', async () => {
    const connection = await connected('user-retry');
    const { id, url } = await world.session({
      end_user: { id: 'user-retry' },
      connection,
      confirmation: false,
    });
    const denied = await world.connect(url, 'deny');
    expect(denied.html).toContain(`${url}"`);
    const { leftFor } = await world.connect(url);
    expect(leftFor?.searchParams.get('connect_session')).toBe(id);
    expect(await world.told(id)).toMatchObject({ state: 'completed', connection, failure: null });
    expect(await slotOf(connection)).toMatchObject({ generation: 2 });
  });
});

describe('client credentials', () => {
  const create = (integration: string) =>
    world.api.post('/v1/connections', {
      integration,
      grant_type: 'client_credentials',
      scopes: ['notes:write'],
    });

  it('connect the application itself, active and scheduled at once', async () => {
    const { status, body } = await create(world.integration);
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ state: 'active', generation: 1, scopes: ['notes:write'] }),
    ]);
    expect(await slotOf(String(body['id']))).toEqual({ generation: 1, due: true, expires: true });
    expect((await world.audited(String(body['id']))).map(({ action }) => action)).toEqual([
      'connection.created',
      'connection.authorized',
    ]);
  });

  it('tell a provider that refuses from one that is away', async () => {
    const before = await world.connections();
    const wrong = await world.newIntegration({ secret: 'not the secret' });
    expect((await create(wrong)).body).toMatchObject({ status: 502, provider_code: 'invalid_client' });
    await world.fault({ kind: 'error', status: 503 });
    const away = await create(world.integration);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    await world.fault({ kind: 'dropped_request' });
    expect((await create(world.integration)).status).toBe(503);
    expect(await world.connections()).toEqual(before);
  });
});

it('writes no token, code or secret into a table as it is', async () => {
  const { id, url } = await world.session();
  const { leftFor } = await world.connect(url);
  const code = leftFor?.searchParams.get('code') ?? '';
  const token = url.split('/').at(-1) ?? '';
  const [row] = await world.database.query<{ found: boolean }>(
    `SELECT bool_or(s::text LIKE '%' || $1 || '%' OR s::text LIKE '%' || $2 || '%') AS found FROM connect_session s`,
    [code, token],
  );
  expect(row?.found).toBe(false);
  expect((await world.told(id))['return_url']).toBe(returnUrl);
});
