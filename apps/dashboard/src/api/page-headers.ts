import { isAttended } from './attendance.js';
import { currentSession } from './session-state.js';

const patienceMs = 10_000;

/** What every request says of its page: the workspace that is shown, and whether nobody is there. */
export function pageHeaders(): Record<string, string> {
  const workspace = currentSession()?.workspace?.id;
  return {
    ...(workspace && { 'evergrant-workspace': workspace }),
    ...(!isAttended() && { 'evergrant-unattended': 'true' }),
  };
}

/** Who is signed in, in this page's workspace. */
export const askForSession = (): Promise<Response> =>
  fetch('/admin/api/session', {
    headers: pageHeaders(),
    credentials: 'same-origin',
    signal: AbortSignal.timeout(patienceMs),
  });

/** What stands before the service answers for it while it is away; another service may be away, too, and this one there. */
export async function isThere(): Promise<boolean> {
  return askForSession().then(
    ({ status }) => status < 502,
    () => false,
  );
}
