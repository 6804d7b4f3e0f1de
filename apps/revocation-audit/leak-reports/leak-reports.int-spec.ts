import { createHash, generateKeyPairSync } from 'node:crypto';
import { eventually, seedWorkspace } from '#testing';
import { LeaksFixture, newToken, type Leaked } from './leaks.fixture.js';

let fixture: LeaksFixture;

beforeAll(async () => {
  fixture = await LeaksFixture.start();
}, 40_000);
afterAll(() => fixture.stop());
afterEach(() => wish('notify'));

const wish = (action: string) => fixture.api.put('/v1/leak-policy', { action });
const found = (token: string, url = 'https://github.com/acme/app/blob/main/.env') => ({
  token,
  type: 'evergrant_test',
  url,
  source: 'content',
});
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64');
const current = ({ generations }: Leaked) => generations.at(-1)!;
const typesOf = async (leaked: Leaked) => (await fixture.events(leaked)).map(({ type }) => type);
const reportsOf = ({ connection }: Leaked) =>
  fixture.database.query<{ action: string; outcome: string | null }>(
    `SELECT action, outcome FROM leak_report WHERE connection_id = $1 ORDER BY id`,
    [connection],
  );

describe("GitHub's report", () => {
  it('is answered with which tokens are ours, by their hashes alone', async () => {
    const leaked = await fixture.leaked();
    const [ours, old, theirs] = [current(leaked).access, leaked.generations[0]!.refresh, newToken()];
    const { status, text } = await fixture.report([found(ours), found(old), found(theirs)]);
    expect([status, JSON.parse(text)]).toEqual([
      200,
      [
        { token_hash: hashOf(ours), token_type: 'evergrant_test', label: 'true_positive' },
        { token_hash: hashOf(old), token_type: 'evergrant_test', label: 'true_positive' },
        { token_hash: hashOf(theirs), token_type: 'evergrant_test', label: 'false_positive' },
      ],
    ]);
  });

  it('is told of in the workspaces that it concerns, whichever they are, and changes nothing unless they wish it', async () => {
    const other = (await seedWorkspace(fixture.database)).workspace;
    const [mine, theirs] = [
      await fixture.leaked(),
      await fixture.leaked({ workspace: other, endUser: 'user-9' }),
    ];
    await fixture.report([found(current(mine).access), found(`Bearer ${current(theirs).refresh}`)]);
    expect(await fixture.events(mine)).toEqual([
      {
        type: 'token.leak_reported',
        data: expect.objectContaining({
          connection: mine.connection,
          token_kind: 'access',
          generation: 3,
          current: true,
          alive: true,
          source: 'github',
          place: 'https://github.com/acme/app/blob/main/.env',
          action: 'notify',
        }),
      },
    ]);
    expect((await fixture.events(theirs))[0]).toMatchObject({
      data: { token_kind: 'refresh', end_user: 'user-9' },
    });
    const entries = await fixture.audited('token.leak_reported');
    expect(entries.map(({ subject }) => subject.id)).toEqual(
      expect.arrayContaining([mine.connection, theirs.connection]),
    );
    expect([await fixture.stateOf(mine), await fixture.stateOf(theirs)]).toEqual(['active', 'active']);
  });

  it('sent again changes nothing, also after the connection was resumed', async () => {
    await wish('freeze');
    const leaked = await fixture.leaked();
    const report = [found(current(leaked).access)];
    const first = await fixture.report(report);
    await eventually(async () => expect(await fixture.stateOf(leaked)).toBe('paused'));
    await fixture.database.query(
      `UPDATE connection SET state = 'active', return_state = NULL WHERE id = $1`,
      [leaked.connection],
    );
    expect(await fixture.report(report)).toEqual(first);
    await Promise.all([fixture.report(report), fixture.report([...report, ...report])]);
    expect(await reportsOf(leaked)).toEqual([{ action: 'freeze', outcome: 'frozen' }]);
    expect(await typesOf(leaked)).toEqual(['token.leak_reported', 'connection.paused']);
    // Elsewhere is another find.
    await fixture.report([found(current(leaked).access, 'https://github.com/acme/other')]);
    await eventually(async () => expect(await fixture.stateOf(leaked)).toBe('paused'));
  });

  it('keeps of where it was found neither a query nor the token', async () => {
    const leaked = await fixture.leaked();
    const { access, refresh } = current(leaked);
    await fixture.report([
      found(access, 'https://pastebin.example/p?secret=1#x'),
      found(refresh, `https://pastebin.example/${refresh.replaceAll('_', '%5f')}`),
    ]);
    const places = (await fixture.events(leaked)).map(({ data }) => data['place']);
    expect(places).toEqual(expect.arrayContaining(['https://pastebin.example/p', 'content']));
  });
});

describe('the policy of a workspace', () => {
  it('is to be told, until an admin decides otherwise, which is audited', async () => {
    const { workspace, apiKey } = await seedWorkspace(fixture.database);
    const api = fixture.api.as(apiKey);
    const before = await api.get('/v1/leak-policy');
    expect([before.body, before.headers.get('etag')]).toEqual([
      { action: 'notify', updated_at: null },
      '"0"',
    ]);
    const after = await api.put('/v1/leak-policy', { action: 'revoke' });
    expect([after.status, after.body['action'], after.headers.get('etag')]).toEqual([200, 'revoke', '"1"']);
    expect((await api.get('/v1/leak-policy')).body).toEqual(after.body);
    expect((await api.put('/v1/leak-policy', { action: 'delete' })).status).toBe(400);
    const reader = await seedWorkspace(fixture.database, {
      workspace,
      scopes: ['connections:write', 'tokens:lookup'],
    });
    expect((await api.as(reader.apiKey).get('/v1/leak-policy')).status).toBe(403);
    expect((await fixture.audited('leak_policy.changed')).at(-1)).toMatchObject({
      subject: { id: workspace },
      detail: { from: 'notify', to: 'revoke' },
    });
  });

  it('freezes: the connection is paused', async () => {
    await wish('freeze');
    const leaked = await fixture.leaked();
    await fixture.report([found(current(leaked).refresh)]);
    await eventually(async () =>
      expect(await reportsOf(leaked)).toEqual([{ action: 'freeze', outcome: 'frozen' }]),
    );
    expect(await fixture.stateOf(leaked)).toBe('paused');
    expect(await typesOf(leaked)).toEqual(['token.leak_reported', 'connection.paused']);
  });

  it('freezes what a freeze had paused before: lifting that one resumes it no more', async () => {
    await wish('freeze');
    const leaked = await fixture.leaked();
    const selector = { connections: [leaked.connection] };
    const { body: freeze } = await fixture.api.post('/v1/freezes', { selector, reason: 'another matter' });
    const reached = (state: string) =>
      eventually(async () =>
        expect((await fixture.api.get(`/v1/freezes/${freeze['id']}`)).body['state']).toBe(state),
      );
    await reached('frozen');
    await fixture.report([found(current(leaked).refresh)]);
    await eventually(async () =>
      expect(await reportsOf(leaked)).toEqual([{ action: 'freeze', outcome: 'frozen' }]),
    );
    await fixture.api.delete(`/v1/freezes/${freeze['id']}`);
    await reached('lifted');
    expect(await fixture.stateOf(leaked)).toBe('paused');
    const reasons = await fixture.database.query(
      `SELECT reason->>'code' AS code, frozen_by FROM connection WHERE id = $1`,
      [leaked.connection],
    );
    expect(reasons).toEqual([{ code: 'token_leaked', frozen_by: null }]);
  });

  it('revokes: once, however many of its tokens are found', async () => {
    await wish('revoke');
    const leaked = await fixture.leaked();
    await fixture.report([found(current(leaked).refresh), found(current(leaked).access)]);
    const revoked = { action: 'revoke', outcome: 'revoked' };
    await eventually(async () => expect(await reportsOf(leaked)).toEqual([revoked, revoked]));
    expect(await fixture.stateOf(leaked)).toMatch(/^revok/);
    const revocations = await fixture.database.query(
      `SELECT requested_by FROM revocation WHERE connection_id = $1`,
      [leaked.connection],
    );
    expect(revocations).toEqual([{ requested_by: { type: 'service', id: 'leak-report' } }]);
  });

  it('holds for a refresh token that was replaced and still works', async () => {
    await wish('revoke');
    const leaked = await fixture.leaked({ provider: 'microsoft' });
    await fixture.report([found(leaked.generations[0]!.refresh)]);
    await eventually(async () =>
      expect(await reportsOf(leaked)).toEqual([{ action: 'revoke', outcome: 'revoked' }]),
    );
    expect((await fixture.events(leaked))[0]!.data).toMatchObject({ current: false, alive: true });
  });

  it('does nothing to a connection for a token that is dead', async () => {
    await wish('revoke');
    const leaked = await fixture.leaked();
    await fixture.report([found(leaked.generations[0]!.access), found(leaked.generations[0]!.refresh)]);
    const notified = { action: 'notify', outcome: 'notified' };
    expect(await reportsOf(leaked)).toEqual([notified, notified]);
    expect(await fixture.stateOf(leaked)).toBe('active');
  });

  it('is carried out although the service was killed right after it answered', async () => {
    await wish('revoke');
    const many = await Promise.all(Array.from({ length: 20 }, () => fixture.leaked()));
    const { status } = await fixture.report(many.map((leaked) => found(current(leaked).access)));
    await fixture.process.kill();
    expect(status).toBe(200);
    await fixture.process.restart();
    await eventually(async () => {
      const states = await Promise.all(many.map((leaked) => fixture.stateOf(leaked)));
      expect(states.filter((state) => state.startsWith('revok')).length).toBe(20);
    }, 30_000);
    for (const leaked of many)
      expect((await typesOf(leaked)).filter((type) => type === 'token.leak_reported')).toHaveLength(1);
  }, 60_000);
});

describe('a signature', () => {
  const refused = async (change: Parameters<LeaksFixture['report']>[1]) => {
    const leaked = await fixture.leaked();
    const { status, text } = await fixture.report([found(current(leaked).access)], change);
    expect([status, JSON.parse(text)]).toEqual([
      403,
      expect.objectContaining({ type: '/problems/invalid-signature' }),
    ]);
    expect(await fixture.events(leaked)).toEqual([]);
  };

  it("of another key than GitHub's is refused", () =>
    refused({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }));
  it('over another body is refused, even where it means the same', async () => {
    const leaked = await fixture.leaked();
    const sent = JSON.stringify([found(current(leaked).access)], null, 1);
    const { status } = await fixture.report([found(current(leaked).access)], { sent });
    expect(status).toBe(403);
    expect((await fixture.report(JSON.parse(sent) as [])).status).toBe(200);
  });
  it.each(['', 'AAAA', '!', Buffer.alloc(70).toString('base64')])(
    'that is none is refused: %j',
    (signature) => refused({ signature }),
  );
  it('of a key that GitHub does not publish is refused, and GitHub is asked for it no more than twice a minute', async () => {
    await fixture.report([]);
    const before = fixture.keysAsked;
    for (let nth = 0; nth < 5; nth++) await refused({ keyId: `unknown-${nth}` });
    expect(fixture.keysAsked - before).toBeLessThanOrEqual(1);
  });
  it('of a key that GitHub published since is accepted, but for one on another curve', async () => {
    await fixture.process.restart();
    const [added, odd] = ['P-256', 'P-384'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
    fixture.published.set('github-key-2', added!.publicKey).set('github-key-384', odd!.publicKey);
    expect((await fixture.report([], { key: added!.privateKey, keyId: 'github-key-2' })).status).toBe(200);
    await refused({ key: odd!.privateKey, keyId: 'github-key-384' });
  }, 40_000);
});

it('refuses a signed body that is no report, repeating nothing of it', async () => {
  const token = newToken();
  const { status, text } = await fixture.report([{ token }, { type: token }, token as never]);
  expect(status).toBe(400);
  expect(text).not.toContain(token);
  expect(
    (JSON.parse(text) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
  ).toEqual(['/1', '/2']);
});
