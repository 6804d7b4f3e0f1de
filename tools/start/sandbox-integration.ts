import { z } from 'zod';
import type { Bootstrap } from './bootstrap-file.js';
import { readJson, writePrivately, type DataDirectory } from './data-directory.js';
import { StartError } from './start-error.js';

const Integration = z.object({ id: z.string(), client_id: z.string().nullable(), redirect_uri: z.string() });
const Registration = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  registration_access_token: z.string(),
});
type Registration = z.infer<typeof Registration>;

const scopes = ['openid', 'profile', 'email', 'offline_access', 'notes:read', 'notes:write'];

/** A ready integration at the sandbox, made as a platform engineer makes one: over the API. Answers its id. */
export async function provideSandboxIntegration(at: Bootstrap, data: DataDirectory): Promise<string> {
  const integration = at.integration
    ? Integration.parse(await evergrant(at, 'GET', `/v1/integrations/${at.integration}`))
    : await draft(at);
  const client = await provideClient(at, data, integration.redirect_uri);
  const { client_id, client_secret } = client;
  const known = integration.client_id === client_id;
  await evergrant(at, 'PATCH', `/v1/integrations/${integration.id}`, {
    return_urls: returnUrls(at),
    ...(!known && { client_id, client_secret, scopes }),
  });
  return integration.id;
}

/** The idempotency key is the workspace's: a second try finds the draft of the first. */
async function draft(at: Bootstrap): Promise<z.infer<typeof Integration>> {
  const body = { provider: 'sandbox', name: 'Example platform', return_urls: returnUrls(at) };
  return Integration.parse(
    await evergrant(at, 'POST', '/v1/integrations', body, { 'idempotency-key': `bootstrap-${at.workspace}` }),
  );
}

/** The client at the sandbox (RFC 7591), kept; its redirect URI follows our port (RFC 7592). */
async function provideClient(at: Bootstrap, data: DataDirectory, redirectUri: string): Promise<Registration> {
  const file = data.key('sandbox-client.json');
  const kept = Registration.safeParse(readJson(file)).data;
  const metadata = {
    client_name: 'Evergrant',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  const made = kept
    ? await send(`${at.sandbox_url}/register/${kept.client_id}`, 'PUT', kept.registration_access_token, {
        ...metadata,
        client_id: kept.client_id,
        client_secret: kept.client_secret,
      })
    : await send(`${at.sandbox_url}/register`, 'POST', undefined, metadata);
  const client = Registration.parse({ ...kept, ...(made as object) });
  writePrivately(file, JSON.stringify(client));
  return client;
}

function returnUrls(at: Bootstrap): string[] {
  return [`${at.public_url}/`];
}

function evergrant(
  at: Bootstrap,
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
): Promise<unknown> {
  return send(`${at.public_url}${path}`, method, at.api_key, body, headers);
}

async function send(
  url: string,
  method: string,
  bearer: string | undefined,
  body?: object,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as unknown;
  throw new StartError(`${method} ${url} was answered ${answer.status}: ${text.slice(0, 500)}`);
}
