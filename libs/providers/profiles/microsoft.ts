import type { ProfileInput } from '../profile-schema.js';

/** The Microsoft identity platform, v2.0 endpoints. Classified by `error` alone: AADSTS texts and numbers change. */
export const microsoft: ProfileInput = {
  id: 'microsoft',
  name: 'Microsoft Entra ID',
  docs_url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
  source: [
    'learn.microsoft.com/entra/identity-platform/refresh-tokens',
    'learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
    'learn.microsoft.com/entra/identity-platform/reference-error-codes',
  ],
  verified_at: '2026-11-21',
  confidence: 'documented',
  settings: {
    tenant: {
      label: 'Tenant',
      description: 'A tenant id or domain, or one of common, organizations and consumers.',
      pattern: '[A-Za-z0-9][A-Za-z0-9.-]{1,99}',
      example: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      default: 'common',
    },
  },
  issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  issuer_pinned_by: 'tenant',
  endpoints: {
    authorization: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    token: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    jwks: 'https://login.microsoftonline.com/{tenant}/discovery/v2.0/keys',
    userinfo: 'https://graph.microsoft.com/oidc/userinfo',
  },
  openid: true,
  client_authentication: { methods: ['client_secret_post', 'client_secret_basic'] },
  authorization: { always_scopes: ['offline_access'], refresh_token_expected: true },
  tokens: { expires_in: { form: 'seconds', default_seconds: 3600, jwt: false } },
  // Every use brings a new refresh token, and the old one stays good.
  rotation: { mode: 'none' },
  refresh_token: { idle_seconds: 90 * 86_400 },
  errors: {
    code_at: ['/error'],
    codes: {
      interaction_required: 'REAUTHORIZE',
      consent_required: 'REAUTHORIZE',
      login_required: 'REAUTHORIZE',
    },
  },
  revocation: null,
};
