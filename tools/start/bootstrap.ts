import { randomBytes } from 'node:crypto';
import { createWorkspace, newId } from '#storage';
import { publicUrl, sandboxAdminUrl, sandboxUrl, sandboxUser } from './app-plan.js';
import { readBootstrap, writeBootstrap, type Bootstrap } from './bootstrap-file.js';
import { provideSandboxIntegration } from './sandbox-integration.js';
import type { StartContext } from './start-context.js';

/**
 * The first workspace, its key and a ready integration at the sandbox. Ids are written down before they are used, so
 * that a start which was killed in the middle is completed by the next one, without a second of anything.
 */
export async function bootstrap(context: StartContext, ownerUrl: string): Promise<Bootstrap> {
  const { data, steps } = context;
  const kept = readBootstrap(data);
  const wanted = { ...(kept ?? begun(context)), ...addresses(context) };
  if (kept?.integration && JSON.stringify(kept) === JSON.stringify(wanted)) return kept;
  return steps.step('Prepare the first workspace', async () => {
    writeBootstrap(data, wanted);
    const { workspace, api_key: key } = wanted;
    const apiKey = { id: firstKeyId(workspace), name: 'bootstrap', key };
    await createWorkspace(ownerUrl, { id: workspace, name: 'Default', apiKey });
    const integration = await provideSandboxIntegration(wanted, data);
    const complete = { ...wanted, integration };
    writeBootstrap(data, complete);
    return complete;
  });
}

function begun({
  secrets,
}: StartContext): Omit<Bootstrap, 'public_url' | 'sandbox_url' | 'sandbox_admin_url'> {
  return {
    workspace: newId('wsp'),
    api_key: `evg_${randomBytes(32).toString('base64url')}`,
    admin: { email: 'admin@localhost', password: secrets.passwords.admin },
    sandbox_user: { login: sandboxUser, password: secrets.passwords.sandboxUser },
    integration: null,
  };
}

function addresses({ ports }: StartContext) {
  return {
    public_url: publicUrl(ports),
    sandbox_url: sandboxUrl(ports),
    sandbox_admin_url: sandboxAdminUrl(ports),
  };
}

/** The same at every try. */
function firstKeyId(workspace: string): string {
  return workspace.replace(/^wsp_/, 'key_');
}
