import { client } from './client.js';
import { leavePage } from './leave-page.js';

/** Goes on there, with nothing of the former one left on the page. */
export async function switchWorkspace(workspace: string, to: string): Promise<never> {
  await client.PUT('/admin/api/session/workspace', { body: { workspace } });
  return leavePage(to);
}
