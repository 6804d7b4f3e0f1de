import { seedConnection, seedWorkspace, type ApiClient } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

let fixture: ConnectFixture;
let api: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  ({ api } = fixture);
}, 30_000);

afterAll(() => fixture.stop());

describe('an integration', () => {
  it('sends what is stored to another host only if an admin says so', async () => {
    const { workspace } = fixture;
    const at = (host: string) => ({
      authorization_endpoint: `https://${host}/authorize`,
      token_endpoint: `https://${host}/token`,
    });
    const { body: made } = await api.post<{ id: string }>('/v1/integrations', {
      provider: 'custom',
      client_id: 'c',
      client_secret: 's',
      settings: at('a.example'),
    });
    const scopes = ['integrations:write'];
    const limited = api.as((await seedWorkspace(fixture.database, { workspace, scopes })).apiKey);
    const { id } = made;
    const path = `/v1/integrations/${id}`;
    expect(await limited.patch(path, { settings: at('b.example') })).toMatchObject({
      status: 403,
      body: { type: '/problems/insufficient-scope', errors: [{ pointer: '/settings' }] },
    });
    expect((await limited.patch(path, { settings: { ...at('a.example'), pkce: true } })).status).toBe(200);
    expect((await limited.patch(path, { settings: at('b.example'), client_secret: 'new' })).status).toBe(200);
    await seedConnection(fixture.database, { workspace, integration: id, provider: 'custom' });
    expect((await limited.patch(path, { settings: at('c.example'), client_secret: 'new' })).status).toBe(403);
    expect((await api.patch(path, { settings: at('c.example') })).status).toBe(200);
    expect((await fixture.audited(id)).at(-1)?.detail).toMatchObject({ new_hosts: ['c.example'] });
  });
});
