import { join } from 'node:path';
import { openDatabase, WorkspaceKeys } from '#storage';
import { ApiClient, seedGrants, type RunningSystem, type SandboxGrant } from '#testing';
import { openVault, type WorkspaceCipher } from '#vault';
import { createSandboxIntegration } from './sandbox-integration.js';
import type { Sql } from './two-workspaces.js';

/** A kind of provider, to be told of so many revocations. */
export interface RevokedPersona {
  name: string;
  count: number;
  settings?: object;
  fault?: object;
}

/** An integration with connections at such a provider. */
export interface SeededPersona extends RevokedPersona {
  integration: string;
  clientId: string;
  /** Each with the grant at the sandbox that it stands for. */
  connections: { id: string; grant: string }[];
}

/** Connections with grants that are alive at the sandbox, by way of its control API and of Postgres. */
export async function seedPersonas(
  system: RunningSystem,
  sql: Sql,
  databaseUrl: string,
  personas: readonly RevokedPersona[],
): Promise<SeededPersona[]> {
  const { public_url, api_key, sandbox_url, sandbox_admin_url, sandbox_user, workspace } = system.bootstrap;
  const control = new ApiClient(sandbox_admin_url);
  const cipher = await cipherOf(system, databaseUrl, workspace);
  const seeded: SeededPersona[] = [];
  for (const persona of personas) {
    const api = new ApiClient(public_url, api_key);
    const { id: integration, clientId } = await createSandboxIntegration(api, new ApiClient(sandbox_url));
    const { settings, count } = persona;
    if (settings) expect((await api.patch(`/v1/integrations/${integration}`, { settings })).status).toBe(200);
    const wish = { login: sandbox_user.login, count };
    const { body } = await control.post<{ data: SandboxGrant[] }>(`/clients/${clientId}/grants`, wish);
    const connections = await seedGrants(sql, { workspace, integration, cipher }, body.data);
    seeded.push({ ...persona, integration, clientId, connections });
  }
  await sql.query('ANALYZE');
  await putFaults(control, seeded);
  return seeded;
}

async function putFaults(control: ApiClient, personas: readonly SeededPersona[]): Promise<void> {
  const faults = personas.flatMap(({ fault, clientId }) =>
    fault ? [{ ...fault, endpoint: 'revocation', client: clientId }] : [],
  );
  expect((await control.put('/faults', { faults })).status).toBe(200);
}

/** As the services seal, with the key of this installation. */
async function cipherOf(
  { dataDirectory }: RunningSystem,
  url: string,
  workspace: string,
): Promise<WorkspaceCipher> {
  const opened = await openDatabase({ url, applicationName: 'drill', entities: [] });
  try {
    const keyFile = join(dataDirectory, 'keys', 'vault-key.json');
    return await openVault(keyFile, new WorkspaceKeys(opened.database)).cipherFor(workspace);
  } finally {
    await opened.close();
  }
}
