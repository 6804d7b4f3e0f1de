import { join } from 'node:path';
import { openDatabase, WorkspaceKeys } from '#storage';
import { ApiClient, seedGrants, type Bootstrapped, type RunningSystem, type SandboxGrant } from '#testing';
import { openVault, type WorkspaceCipher } from '#vault';
import { bodyOf, createSandboxIntegration } from './sandbox-integration.js';
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

/** Connections with grants that are alive at the sandbox, by way of its control API and of Postgres; in `at`, the workspace of a key. */
export async function seedPersonas(
  system: RunningSystem,
  sql: Sql,
  databaseUrl: string,
  personas: readonly RevokedPersona[],
  { workspace, api_key }: Pick<Bootstrapped, 'workspace' | 'api_key'> = system.bootstrap,
): Promise<SeededPersona[]> {
  const { public_url, sandbox_url, sandbox_admin_url, sandbox_user } = system.bootstrap;
  const control = new ApiClient(sandbox_admin_url);
  const cipher = await cipherOf(system, databaseUrl, workspace);
  const seeded: SeededPersona[] = [];
  for (const persona of personas) {
    const api = new ApiClient(public_url, api_key);
    const { id: integration, clientId } = await createSandboxIntegration(api, new ApiClient(sandbox_url));
    const { settings, count } = persona;
    if (settings) bodyOf(await api.patch(`/v1/integrations/${integration}`, { settings }));
    const wish = { login: sandbox_user.login, count };
    const { data } = bodyOf(
      await control.post<{ data: SandboxGrant[] }>(`/clients/${clientId}/grants`, wish),
    );
    const connections = await seedGrants(sql, { workspace, integration, cipher }, data);
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
  bodyOf(await control.put('/faults', { faults }));
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
