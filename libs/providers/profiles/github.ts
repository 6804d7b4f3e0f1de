import type { ProfileInput } from '../profile-schema.js';

/** User access tokens of GitHub Apps with expiry switched on. */
export const github: ProfileInput = {
  id: 'github',
  name: 'GitHub App (user)',
  docs_url:
    'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens',
  source: [
    'docs.github.com refreshing-user-access-tokens',
    'docs.github.com troubleshooting-oauth-app-access-token-request-errors',
    'docs.github.com rest/apps/oauth-applications',
  ],
  verified_at: '2026-11-21',
  confidence: 'documented',
  endpoints: {
    authorization: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    revocation: 'https://api.github.com/applications/{client_id}/grant',
  },
  client_authentication: { methods: ['client_secret_post', 'client_secret_basic'] },
  // Lists scopes with commas in answers, though it takes spaces in requests.
  tokens: { scope_separator: ',', expires_in: { jwt: false } },
  rotation: { mode: 'A', kills_access_token_on_rotation: true },
  // Six months each, and every use brings a new one.
  refresh_token: { idle_seconds: 15_897_600 },
  errors: {
    codes: {
      bad_refresh_token: 'REAUTHORIZE',
      bad_verification_code: 'REAUTHORIZE',
      incorrect_client_credentials: 'CLIENT_CONFIG',
      redirect_uri_mismatch: 'CLIENT_CONFIG',
      application_suspended: 'CLIENT_CONFIG',
    },
  },
  revocation: {
    shape: 'own',
    method: 'DELETE',
    token_in: 'json',
    parameter: 'access_token',
    tokens: ['access_token'],
    kills: 'user_grants',
    // 422: GitHub no longer knows the token.
    gone_statuses: [404, 422],
  },
};
