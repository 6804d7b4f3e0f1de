import type { ProfileInput } from '../profile-schema.js';

/** Our own authorization server to try things on. Its personas can rotate otherwise: an integration says so. */
export const sandbox: ProfileInput = {
  id: 'sandbox',
  name: 'Sandbox',
  docs_url: null,
  source: ['apps/sandbox'],
  verified_at: '2026-11-21',
  confidence: 'documented',
  server: 'sandbox',
  issuer: '{origin}',
  issuer_in_response: true,
  endpoints: {
    authorization: '{origin}/authorize',
    token: '{origin}/token',
    revocation: '{origin}/revoke',
    introspection: '{origin}/introspect',
    jwks: '{origin}/jwks',
    userinfo: '{origin}/userinfo',
  },
  openid: true,
  client_authentication: {
    methods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  },
  authorization: {
    parameters_by_scope: { offline_access: { prompt: 'consent' } },
    pkce: { use: 'demanded' },
    resource: true,
  },
  // Its personas' tokens may live a second.
  tokens: { expires_in: { min_seconds: 1, default_seconds: 3600 } },
  rotation: { mode: 'A' },
  errors: { reuse: [{ code: 'invalid_grant', body_includes: 'refresh token already used' }] },
  revocation: { kills: 'grant' },
};
