import { Database } from '#storage';
import { Vault } from '#vault';
import type { Attempt } from './refreshing/refresh-facts.js';
import { tellReuse } from './refreshing/reuse-report.js';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  await fixture.startWorker();
}, 30_000);

afterAll(() => fixture.stop());
afterEach(() => fixture.flow.control.delete('/faults'));

/** A thief opens what we keep, and spends it before us. */
async function steal({ id, integration, clientId }: Connected): Promise<number> {
  const { flow } = fixture;
  const cipher = await flow.app.get(Vault, { strict: false }).cipherFor(flow.workspace);
  const [row] = await flow.database.query<{ sealed: Buffer; generation: number }>(
    `SELECT sealed_refresh_token AS sealed, generation FROM token_set
     WHERE connection_id = $1 AND sealed_refresh_token IS NOT NULL`,
    [id],
  );
  const binding = { connection: id, slot: 'default', generation: row!.generation, part: 'refresh' } as const;
  const basic = Buffer.from(`${clientId}:${await flow.secretOf(integration)}`).toString('base64');
  const { status } = await fetch(`${flow.sandbox.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: cipher.open(binding, row!.sealed).toString('utf8'),
    }),
  });
  return status;
}

const leaks = async ({ id }: Connected) =>
  (await fixture.eventsOfType('token.leak_reported')).filter(({ connection }) => connection === id);
const leaksAudited = async ({ id }: Connected) =>
  (await fixture.flow.audited(id)).filter(({ action }) => action === 'token.leak_reported');

describe('a refresh token that somebody else spent', () => {
  it('is told of once where the provider says so, besides the connection needing its user', async () => {
    const connection = await fixture.connect();
    expect(await steal(connection)).toBe(200);
    await fixture.refresh(connection);
    expect(await fixture.row(connection)).toMatchObject({ state: 'needs_reauthorization' });
    expect(await leaks(connection)).toEqual([
      {
        connection: connection.id,
        integration: connection.integration,
        provider: 'sandbox',
        end_user: 'user-1',
        source: 'provider_reuse',
        slot: 'default',
        generation: 1,
        attempt: expect.stringMatching(/^att_/),
        after_lost_answer: false,
      },
    ]);
    expect(await leaksAudited(connection)).toMatchObject([
      { actor: 'service', detail: { source: 'provider_reuse' } },
    ]);
  });

  it('is told of once an attempt, however often that is refused', async () => {
    const { id: connection, integration } = await fixture.connect();
    const attempt = (id: string, afterAmbiguity: boolean) =>
      ({
        ...{ id, connection, slot: 'default', generation: 1, afterAmbiguity },
        facts: { row: { integration, provider: 'sandbox', endUserId: 'user-1' } },
      }) as Attempt;
    const { app, workspace } = fixture.flow;
    for (const refused of [attempt('att_1', false), attempt('att_1', true), attempt('att_2', true)])
      await app.get(Database, { strict: false }).inWorkspace(workspace, (tx) => tellReuse(tx, refused));
    const told = (await fixture.eventsOfType('token.leak_reported')).filter(
      (event) => event['connection'] === connection,
    );
    expect(told).toMatchObject([
      { attempt: 'att_1', after_lost_answer: false },
      { attempt: 'att_2', after_lost_answer: true },
    ]);
  });

  it('is no leak where the provider says only that the token is dead', async () => {
    const connection = await fixture.connect();
    const body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
    await fixture.flow.fault({ kind: 'error', status: 400, body });
    await fixture.refresh(connection);
    expect(await fixture.row(connection)).toMatchObject({ state: 'needs_reauthorization' });
    expect(await leaks(connection)).toEqual([]);
  });
});
