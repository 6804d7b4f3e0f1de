import type { ProfileInput } from '../profile-schema.js';

/** OAuth 2.0 (3LO) for Jira, Confluence and their kin. */
export const atlassian: ProfileInput = {
  id: 'atlassian',
  name: 'Atlassian',
  docs_url: 'https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/',
  source: [
    'developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens',
    'community.developer.atlassian.com 54172',
    'community.developer.atlassian.com 83103',
  ],
  verified_at: '2026-11-21',
  confidence: 'reported',
  endpoints: {
    authorization: 'https://auth.atlassian.com/authorize',
    token: 'https://auth.atlassian.com/oauth/token',
  },
  client_authentication: { methods: ['client_secret_post'] },
  request: { body: 'json' },
  authorization: {
    always_scopes: ['offline_access'],
    parameters: { audience: 'api.atlassian.com', prompt: 'consent' },
    refresh_token_expected: true,
  },
  tokens: { expires_in: { default_seconds: 3600 } },
  rotation: { mode: 'B', grace_seconds: 600, kills_access_token_on_rotation: true },
  refresh_token: { absolute_seconds: 365 * 86_400, idle_seconds: 90 * 86_400 },
  errors: {
    patterns: [
      // The same code without this text is about the client.
      { code: 'unauthorized_client', body_includes: 'refresh_token is invalid', class: 'REAUTHORIZE' },
    ],
  },
  revocation: null,
};
