import type { ProfileInput } from '../profile-schema.js';

/** Any server that follows the standards: the integration names its issuer or endpoints. */
export const custom: ProfileInput = {
  id: 'custom',
  name: 'Custom OAuth 2.0 or OpenID Connect server',
  docs_url: null,
  source: ['RFC 6749', 'RFC 8414', 'RFC 7009', 'OpenID Connect Core 1.0', 'keycloak TokenManager'],
  verified_at: '2026-11-21',
  confidence: 'assumed',
  server: 'integration',
  client_authentication: {
    methods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  },
  authorization: { parameters_by_scope: { offline_access: { prompt: 'consent' } }, resource: true },
  // Nobody knows how short its tokens live: raising a short life would mean to serve dead tokens.
  tokens: { expires_in: { min_seconds: 1 } },
  rotation: { mode: 'unknown' },
  errors: {
    // Keycloak's. Most servers answer a token that was used twice as they answer any dead one: nobody can tell.
    reuse: [{ code: 'invalid_grant', body_includes: 'Maximum allowed refresh token reuse exceeded' }],
  },
  revocation: { kills: 'grant' },
};
