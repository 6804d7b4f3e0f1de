import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { withConnection } from '#embedded';
import { newId, openDatabase, WorkspaceKeys } from '#storage';
import { ScriptedBrowser, type RunningSystem } from '#testing';
import { openVault, type Vault, type WorkspaceCipher } from '#vault';
import { consent } from './connect.js';
import type { SandboxIntegration } from './sandbox-integration.js';

export interface GrantedConnection {
  connection: string;
  endUser: { id: string; display_name: string };
}

interface Grant {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  sub: string;
}

const atOnce = 8;

/**
 * Connections with living tokens of the sandbox, each of a grant of its own: granted as by a consent that is remembered,
 * and put straight into the tables. The way through our pages is what takes the time.
 */
export async function grantedConnections(
  system: RunningSystem,
  databaseUrl: string,
  integration: SandboxIntegration,
  count: number,
): Promise<GrantedConnection[]> {
  const grants: Grant[] = [];
  const person = new ScriptedBrowser([new URL(integration.redirectUri).origin]);
  // The first signs in and consents; what follows is remembered.
  grants.push(await grant(system, integration, person));
  const visitor = async (): Promise<void> => {
    while (grants.length < count) grants.push(await grant(system, integration, person));
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
  return insert(system, databaseUrl, integration, grants.slice(0, count));
}

async function grant(
  { bootstrap: { sandbox_url: sandbox, sandbox_user: user } }: RunningSystem,
  { clientId, clientSecret, redirectUri }: SandboxIntegration,
  browser: ScriptedBrowser,
): Promise<Grant> {
  const verifier = randomBytes(32).toString('base64url');
  const asked = new URL('/authorize', sandbox);
  asked.search = new URLSearchParams({
    ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state: 'state' },
    scope: 'openid profile offline_access',
    ...{
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    },
  }).toString();
  const { leftFor } = await consent(browser, await browser.open(asked), user);
  const answer = await fetch(new URL('/token', sandbox), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code: leftFor?.searchParams.get('code') ?? '' },
      ...{ redirect_uri: redirectUri, code_verifier: verifier },
    }),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  const granted = (await answer.json()) as Grant & { id_token: string };
  const [, claims = ''] = granted.id_token.split('.');
  const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string };
  return { ...granted, sub };
}

async function insert(
  { dataDirectory, bootstrap: { workspace } }: RunningSystem,
  databaseUrl: string,
  integration: SandboxIntegration,
  grants: readonly Grant[],
): Promise<GrantedConnection[]> {
  const opened = await openDatabase({ url: databaseUrl, applicationName: 'seed', entities: [] });
  const vault = openVault(join(dataDirectory, 'keys', 'vault-key.json'), new WorkspaceKeys(opened.database));
  const rows = rowsOf(grants, vault, await vault.cipherFor(workspace));
  await opened.close();
  await withConnection(databaseUrl, async (client) => {
    for (const statement of statements)
      await client.query(statement, [workspace, integration.id, JSON.stringify(rows)]);
  });
  return rows.map(({ id, end_user }) => ({
    connection: id,
    endUser: { id: end_user, display_name: 'Ada' },
  }));
}

function rowsOf(grants: readonly Grant[], vault: Vault, cipher: WorkspaceCipher) {
  return grants.map(({ access_token, refresh_token, expires_in, scope, sub }) => {
    const id = newId('con');
    const binding = { connection: id, slot: 'default', generation: 1 };
    return {
      ...{
        id,
        slot_id: newId('slt'),
        end_user: `user-${randomUUID()}`,
        scope,
        subject: sub,
        life: expires_in,
      },
      access: cipher.seal({ ...binding, part: 'access' }, access_token).toString('base64'),
      refresh: cipher.seal({ ...binding, part: 'refresh' }, refresh_token).toString('base64'),
      access_fingerprint: vault.fingerprint(access_token).toString('base64'),
      refresh_fingerprint: vault.fingerprint(refresh_token).toString('base64'),
    };
  });
}

const ROWS = `FROM (SELECT $1::text AS workspace, $2::text AS integration) AS w, json_to_recordset($3::json) AS k(id text,
  slot_id text, end_user text, scope text, subject text, life integer, access text, refresh text, access_fingerprint text,
  refresh_fingerprint text)`;

const statements = [
  `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, subject, state,
     scopes_requested, scopes_granted, resource, authorized_at)
   SELECT w.workspace, k.id, w.integration, 'sandbox', 'authorization_code', k.end_user, k.subject, 'active',
     string_to_array(k.scope, ' '), string_to_array(k.scope, ' '), '{}', now() ${ROWS}`,
  `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
   SELECT w.workspace, k.id, 'default', k.slot_id, 1, now() + k.life * interval '1 s', now() + k.life * interval '0.8 s' ${ROWS}`,
  `INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token, sealed_refresh_token,
     access_token_fingerprint, refresh_token_fingerprint, token_type, scope, expires_at)
   SELECT w.workspace, k.id, 'default', 1, decode(k.access, 'base64'), decode(k.refresh, 'base64'),
     decode(k.access_fingerprint, 'base64'), decode(k.refresh_fingerprint, 'base64'), 'Bearer', k.scope,
     now() + k.life * interval '1 s' ${ROWS}`,
];
