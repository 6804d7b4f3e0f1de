import type { ApiClient } from '#testing';

export interface SandboxIntegration {
  id: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  returnUrl: string;
}

interface Registration {
  client_id: string;
  client_secret: string;
}

const scopes = ['openid', 'profile', 'email', 'notes:write', 'offline_access'];

/** Makes an integration as a platform engineer does: draft, register at the provider, fill in the client. */
export async function createSandboxIntegration(
  api: ApiClient,
  sandbox: ApiClient,
  { persona = 'default', returnUrl = 'http://localhost:9/connected' } = {},
): Promise<SandboxIntegration> {
  const draft = await api.post<{ id: string; redirect_uri: string }>('/v1/integrations', {
    provider: 'sandbox',
    return_urls: [returnUrl],
  });
  expect(draft.status).toBe(201);
  const registered = await sandbox.post<Registration>('/register', {
    client_name: 'Evergrant',
    redirect_uris: [draft.body.redirect_uri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    persona,
  });
  expect(registered.status).toBe(201);
  const { client_id: clientId, client_secret: clientSecret } = registered.body;
  const ready = await api.patch(`/v1/integrations/${draft.body.id}`, {
    client_id: clientId,
    client_secret: clientSecret,
    scopes,
  });
  expect(ready).toMatchObject({ status: 200 });
  return { id: draft.body.id, clientId, clientSecret, redirectUri: draft.body.redirect_uri, returnUrl };
}
