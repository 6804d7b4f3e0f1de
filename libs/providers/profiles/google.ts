import type { ProfileInput } from '../profile-schema.js';

export const google: ProfileInput = {
  id: 'google',
  name: 'Google',
  docs_url: 'https://developers.google.com/identity/protocols/oauth2/web-server',
  source: [
    'developers.google.com/identity/protocols/oauth2/web-server',
    'accounts.google.com/.well-known/openid-configuration',
  ],
  verified_at: '2026-11-21',
  confidence: 'documented',
  issuer: 'https://accounts.google.com',
  endpoints: {
    authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revocation: 'https://oauth2.googleapis.com/revoke',
    jwks: 'https://www.googleapis.com/oauth2/v3/certs',
    userinfo: 'https://openidconnect.googleapis.com/v1/userinfo',
  },
  openid: true,
  client_authentication: { methods: ['client_secret_post', 'client_secret_basic'] },
  authorization: {
    // Without consent a second authorization of the same user brings no refresh token.
    parameters: { access_type: 'offline', prompt: 'consent' },
    refresh_token_expected: true,
  },
  tokens: { expires_in: { form: 'seconds', default_seconds: 3600 } },
  rotation: { mode: 'none' },
  refresh_token: { idle_seconds: 180 * 86_400 },
  errors: {
    codes: {
      deleted_client: 'CLIENT_CONFIG',
      disabled_client: 'CLIENT_CONFIG',
      rateLimitExceeded: 'THROTTLED',
      userRateLimitExceeded: 'THROTTLED',
      internal_failure: 'TRANSIENT',
    },
  },
  revocation: {
    shape: 'own',
    authentication: 'none',
    tokens: ['refresh_token'],
    kills: 'user_grants',
    gone_codes: ['invalid_token'],
  },
  limits: { refresh_tokens_per_user: 100 },
};
