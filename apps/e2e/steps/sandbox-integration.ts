import type { ApiAnswer, ApiClient } from '#testing';

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
  const { id, redirect_uri: redirectUri } = bodyOf(
    await api.post<{ id: string; redirect_uri: string }>('/v1/integrations', {
      provider: 'sandbox',
      return_urls: [returnUrl],
    }),
  );
  const { client_id: clientId, client_secret: clientSecret } = bodyOf(
    await sandbox.post<Registration>('/register', {
      client_name: 'Evergrant',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      persona,
    }),
  );
  const client = { client_id: clientId, client_secret: clientSecret, scopes };
  bodyOf(await api.patch(`/v1/integrations/${id}`, client));
  return { id, clientId, clientSecret, redirectUri, returnUrl };
}

/** @throws whatever is not a success */
export function bodyOf<T>({ status, body }: ApiAnswer<T>): T {
  if (status >= 200 && status < 300) return body;
  throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
}
