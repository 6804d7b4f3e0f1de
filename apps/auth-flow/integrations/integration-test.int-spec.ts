import { seedWorkspace } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

let fixture: ConnectFixture;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
}, 30_000);

afterAll(() => fixture.stop());

const test = (id: string, api = fixture.api) =>
  api.post<Record<string, unknown>>(`/v1/integrations/${id}/test`, {});

describe('a test of an integration', () => {
  it('says that the provider takes its client, and uses nothing up', async () => {
    expect(await test(fixture.integration)).toMatchObject({
      status: 200,
      body: {
        ok: true,
        checks: [
          { name: 'endpoint', outcome: 'passed' },
          { name: 'client', secret: 0, outcome: 'passed', code: 'invalid_grant', http_status: 400 },
        ],
      },
    });
    expect((await fixture.audited(fixture.integration)).at(-1)).toMatchObject({
      action: 'integration.tested',
    });
  });

  it('says that the provider refuses its secret', async () => {
    const id = await fixture.newIntegration({ secret: 'not the secret' });
    const { body } = await test(id);
    expect(body).toMatchObject({
      ok: false,
      checks: [{}, { name: 'client', outcome: 'failed', code: 'invalid_client' }],
    });
    expect(JSON.stringify(body)).not.toContain('not the secret');
  });

  it('says that nobody answers, and asks no address inside', async () => {
    const { body: made } = await fixture.api.post<{ id: string }>('/v1/integrations', {
      provider: 'custom',
      client_id: 'c',
      client_secret: 's',
      settings: {
        authorization_endpoint: 'https://127.0.0.1/authorize',
        token_endpoint: 'https://127.0.0.1/token',
      },
    });
    expect((await test(made.id)).body).toMatchObject({
      ok: false,
      checks: [{ name: 'endpoint', outcome: 'failed', http_status: null }],
    });
  });

  it('is refused for a draft, for who may only read, and elsewhere', async () => {
    const { body: draft } = await fixture.api.post<{ id: string }>('/v1/integrations', {
      provider: 'sandbox',
    });
    expect(await test(draft.id)).toMatchObject({
      status: 409,
      body: { type: '/problems/integration-is-draft' },
    });
    const { workspace } = fixture;
    const reader = await seedWorkspace(fixture.database, { workspace, scopes: ['integrations:read'] });
    expect((await test(fixture.integration, fixture.api.as(reader.apiKey))).status).toBe(403);
    const other = await seedWorkspace(fixture.database);
    expect((await test(fixture.integration, fixture.api.as(other.apiKey))).status).toBe(404);
  });
});

it('audits a change with what was before and what is after, never a secret', async () => {
  const id = await fixture.newIntegration();
  await fixture.api.patch(`/v1/integrations/${id}`, { name: 'New name', client_secret: 'rotated-secret' });
  const entry = (await fixture.audited(id)).find(({ action }) => action === 'integration.updated');
  expect(entry?.detail).toMatchObject({
    fields: ['name', 'client_secret'],
    before: { name: 'Tidy <b>Notes</b>' },
    after: { name: 'New name' },
  });
  expect(JSON.stringify(entry)).not.toContain('rotated-secret');
});
