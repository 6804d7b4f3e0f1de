import type { Bootstrap } from './bootstrap-file.js';
import { writePrivately, type DataDirectory } from './data-directory.js';

const clientId = 'evergrant-dashboard';
const admins = 'evergrant-admins';

/** The admin as a user of the sandbox: logs in by address, in the group that makes admins. */
export function dashboardAdmin({ email, password }: Bootstrap['admin']) {
  return { login: email, password, name: 'Admin', email, groups: [admins] };
}

/** The dashboard as a client of the sandbox. */
export function dashboardClient(publicUrl: string, clientSecret: string) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    client_name: 'Evergrant dashboard',
    redirect_uris: [`${publicUrl}/admin/sign-in/sandbox/callback`],
    post_logout_redirect_uris: [`${publicUrl}/admin/signed-out`],
    backchannel_logout_uri: `${publicUrl}/admin/sign-in/sandbox/back-channel-logout`,
    backchannel_logout_session_required: true,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
  };
}

/** Who there is at the sandbox (apps/sandbox reads it). */
export function sandboxSeed({ public_url, admin, sandbox_user }: Bootstrap, clientSecret: string) {
  return {
    users: [dashboardAdmin(admin), sandbox_user],
    clients: [dashboardClient(public_url, clientSecret)],
  };
}

/** The identity providers at which people sign in to the dashboard (apps/admin reads it): the sandbox alone. */
export function signInIssuers(
  { sandbox_url, workspace }: Pick<Bootstrap, 'sandbox_url' | 'workspace'>,
  clientSecret: string,
) {
  return {
    issuers: [
      {
        id: 'sandbox',
        name: 'Sandbox',
        issuer: sandbox_url,
        client_id: clientId,
        client_secret: clientSecret,
        scopes: ['openid', 'profile', 'email', 'groups'],
        roles: [{ claim: 'groups', value: admins, workspace, role: 'admin' }],
      },
    ],
  };
}

/** Written at each start: addresses follow our port, and passwords bootstrap.json. */
export function writeSignInFiles(data: DataDirectory, settled: Bootstrap, clientSecret: string): void {
  writePrivately(data.sandboxSeedFile, JSON.stringify(sandboxSeed(settled, clientSecret), null, 2));
  writePrivately(data.signInIssuersFile, JSON.stringify(signInIssuers(settled, clientSecret), null, 2));
}
