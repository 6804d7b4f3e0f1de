import { renewSession } from '../api/client.js';
import { currentSession } from '../api/session-state.js';

/** Nobody signed in: to the sign-in, and from there back to exactly this address. */
export async function requireSession(): Promise<void> {
  if (currentSession()) return;
  const session = await renewSession();
  if (session) return;
  const here = location.pathname + location.search + location.hash;
  location.assign(`/admin/sign-in?return_to=${encodeURIComponent(here)}`);
  // The browser is on its way: nothing of the page shall flash.
  await new Promise(() => {});
}
