import { renewSession } from '../api/client.js';
import { leavePage } from '../api/leave-page.js';
import { keptPreferences, preferences } from '../api/preferences.query.js';
import { currentSession } from '../api/session-state.js';
import { queryClient } from './query-client.js';

/** Nobody signed in: to the sign-in, and from there back to exactly this address. */
export async function requireSession(): Promise<void> {
  if (currentSession()) return;
  const session = await renewSession();
  if (session) return preferencesAtHand();
  const here = location.pathname + location.search + location.hash;
  await leavePage(`/admin/sign-in?return_to=${encodeURIComponent(here)}`);
}

/** In a browser that never showed them anything, they are waited for: else its first page would change under the eye. */
async function preferencesAtHand(): Promise<void> {
  if (!keptPreferences()) await queryClient.prefetchQuery({ ...preferences, retry: false });
}
