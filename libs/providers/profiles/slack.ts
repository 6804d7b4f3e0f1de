import type { ProfileInput } from '../profile-schema.js';

/** Apps with token rotation switched on. Scopes that begin with `user:` are asked for as user scopes. */
export const slack: ProfileInput = {
  id: 'slack',
  name: 'Slack',
  docs_url: 'https://docs.slack.dev/authentication/using-token-rotation',
  source: [
    'docs.slack.dev using-token-rotation',
    'docs.slack.dev reference/methods/oauth.v2.access',
    'docs.slack.dev reference/methods/auth.revoke',
  ],
  verified_at: '2026-11-21',
  confidence: 'documented',
  endpoints: {
    authorization: 'https://slack.com/oauth/v2/authorize',
    token: 'https://slack.com/api/oauth.v2.access',
    revocation: 'https://slack.com/api/auth.revoke',
  },
  client_authentication: { methods: ['client_secret_basic', 'client_secret_post'], basic_encoding: 'raw' },
  authorization: {
    scope_separator: ',',
    prefixed_scopes: [{ prefix: 'user:', parameter: 'user_scope' }],
  },
  tokens: {
    encoding: 'json',
    success: { pointer: '/ok', equals: true },
    slots: [
      { slot: 'bot', at: '' },
      { slot: 'user', at: '/authed_user' },
    ],
    token_type: { aliases: { bot: 'Bearer', user: 'Bearer' } },
    scope_separator: ',',
    expires_in: { jwt: false },
    capture: { team_id: '/team/id', enterprise_id: '/enterprise/id', authed_user_id: '/authed_user/id' },
  },
  rotation: { mode: 'A' },
  errors: {
    code_at: ['/error'],
    codes: {
      invalid_refresh_token: 'REAUTHORIZE',
      token_revoked: 'REAUTHORIZE',
      token_expired: 'REAUTHORIZE',
      account_inactive: 'REAUTHORIZE',
      invalid_code: 'REAUTHORIZE',
      code_already_used: 'REAUTHORIZE',
      invalid_client_id: 'CLIENT_CONFIG',
      bad_client_secret: 'CLIENT_CONFIG',
      bad_redirect_uri: 'CLIENT_CONFIG',
      invalid_grant_type: 'CLIENT_CONFIG',
      oauth_authorization_url_mismatch: 'CLIENT_CONFIG',
      ratelimited: 'THROTTLED',
      rate_limited: 'THROTTLED',
      accesslimited: 'TRANSIENT',
      fatal_error: 'TRANSIENT',
      internal_error: 'TRANSIENT',
      request_timeout: 'TRANSIENT',
      service_unavailable: 'TRANSIENT',
    },
  },
  revocation: {
    shape: 'own',
    token_in: 'bearer',
    tokens: ['access_token'],
    kills: 'token',
    success: { pointer: '/ok', equals: true },
    gone_codes: ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive'],
  },
};
