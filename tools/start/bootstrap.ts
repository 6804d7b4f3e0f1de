import { randomBytes } from 'node:crypto';
import { createWorkspace, newId } from '#storage';
import { publicUrl, sandboxAdminUrl, sandboxUrl } from './app-plan.js';
import { readBootstrap, writeBootstrap, type Bootstrap } from './bootstrap-file.js';
import { provideSandboxIntegration } from './sandbox-integration.js';
import type { StartContext } from './start-context.js';

type Known = Pick<StartContext, 'data' | 'ports' | 'secrets'>;

/** What this start works with, and whether an earlier one has completed just that. */
export interface Settled {
  readonly bootstrap: Bootstrap;
  readonly isComplete: boolean;
}

/**
 * Ids and keys are settled and written down before any service is told of them, so that a start which was killed in
 * the middle is completed by the next one, without a second of anything. New addresses are written only once all
 * follows them: until then the file shows that something is left to do.
 */
export function settleBootstrap(context: Known): Settled {
  const kept = readBootstrap(context.data);
  const bootstrap = { ...(kept ?? begun(context)), ...addresses(context) };
  if (!kept) writeBootstrap(context.data, bootstrap);
  const isComplete = Boolean(kept?.integration) && JSON.stringify(kept) === JSON.stringify(bootstrap);
  return { bootstrap, isComplete };
}

/** The first workspace, its key and a ready integration at the sandbox. */
export async function completeBootstrap(
  { data, steps }: StartContext,
  ownerUrl: string,
  { bootstrap, isComplete }: Settled,
): Promise<void> {
  if (isComplete) return;
  await steps.step('Prepare the first workspace', async () => {
    const { workspace, api_key: key } = bootstrap;
    const apiKey = { id: firstKeyId(workspace), name: 'bootstrap', key };
    await createWorkspace(ownerUrl, { id: workspace, name: 'Default', apiKey });
    writeBootstrap(data, { ...bootstrap, integration: await provideSandboxIntegration(bootstrap, data) });
  });
}

function begun({ secrets }: Known): Omit<Bootstrap, 'public_url' | 'sandbox_url' | 'sandbox_admin_url'> {
  return {
    workspace: newId('wsp'),
    api_key: `evg_${randomBytes(32).toString('base64url')}`,
    admin: { email: 'admin@localhost', password: secrets.passwords.admin },
    sandbox_user: { login: 'ada', password: secrets.passwords.sandboxUser },
    integration: null,
  };
}

function addresses({ ports }: Known) {
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
