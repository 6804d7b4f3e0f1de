import { client, dataOf } from '../api/client.js';
import { toastProblem } from '../ui/toasts.js';

/** Ends the session here and, where it says so, at the identity provider. */
export async function signOut(): Promise<void> {
  try {
    const { redirect } = await dataOf(client.POST('/admin/api/session/sign-out'));
    location.assign(redirect);
  } catch (thrown) {
    toastProblem(thrown);
  }
}
