import { seedWorkspace, type ApiClient } from '#testing';
import { ConnectFixture } from '../connect-sessions/connect.fixture.js';

let fixture: ConnectFixture;
let api: ApiClient;

beforeAll(async () => {
  fixture = await ConnectFixture.start();
  ({ api } = fixture);
}, 30_000);

afterAll(() => fixture.stop());

describe('introspection', () => {
  const introspect = async (token: string, key = fixture.apiKey) => {
    const answer = await fetch(`${api.origin}/v1/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('tells of a token that was handed out whose it is, until its connection is revoked', async () => {
    const { body } = await api.post<{ id: string }>('/v1/connections', {
      integration: fixture.integration,
      grant_type: 'client_credentials',
      scopes: ['notes:write'],
    });
    const read = await api.get<{ access_token: string }>(`/v1/connections/${body.id}/token`);
    const token = read.body.access_token;
    const told = await introspect(token);
    expect(told).toMatchObject({ status: 200, body: { active: true, connection: body.id } });
    expect(told.body['exp']).toBeGreaterThan(Date.now() / 1_000);
    expect((await introspect(`${token}x`)).body).toEqual({ active: false });
    const other = await seedWorkspace(fixture.database);
    expect((await introspect(token, other.apiKey)).body).toEqual({ active: false });
    await fixture.database.query(`UPDATE connection SET state = 'revoking' WHERE id = $1`, [body.id]);
    expect((await introspect(token)).body).toEqual({ active: false });
  });

  it('refuses what is malformed as RFC 6749 says, and keys without its scope', async () => {
    expect(await introspect('')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const { apiKey } = await seedWorkspace(fixture.database, { scopes: ['tokens:read'] });
    expect((await introspect('x', apiKey)).status).toBe(403);
  });

  it('knows no key of ours: integrations do not authenticate by one', async () => {
    expect((await api.as(undefined).get('/.well-known/jwks.json')).body).toEqual({ keys: [] });
  });
});
