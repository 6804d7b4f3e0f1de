import { renewSession } from '../api/client.js';
import { leavePage } from '../api/leave-page.js';
import { currentSession } from '../api/session-state.js';

/** Nobody signed in: to the sign-in, and from there back to exactly this address. */
export async function requireSession(): Promise<void> {
  if (currentSession()) return;
  const session = await renewSession();
  if (session) return;
  const here = location.pathname + location.search + location.hash;
  await leavePage(`/admin/sign-in?return_to=${encodeURIComponent(here)}`);
}
