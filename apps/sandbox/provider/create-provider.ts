import Provider, { errors, type Client, type Configuration } from 'oidc-provider';
import { devicePages } from '../pages/device-pages.js';
import { renderErrorPage } from '../pages/error-page.js';
import { logoutPages } from '../pages/logout-pages.js';
import type { Personas } from '../personas/personas.js';
import type { Records } from '../store/records.js';
import type { Secrets } from '../store/secrets.js';
import { claimsOf } from '../users/claims-of.js';
import type { Users } from '../users/users.js';
import { apiResource, resourceServer } from './resource-servers.js';
import { claimsOfScope, scopes } from './scopes.js';
import { policyWithSeparateGrants } from './separate-grants.js';

export interface ProviderParts {
  issuer: string;
  secrets: Secrets;
  records: Records;
  personas: Personas;
  users: Users;
}

const tenYears = 10 * 365 * 86_400;
const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const;

const routes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
  registration: '/register',
  device_authorization: '/device_authorization',
  code_verification: '/device',
  pushed_authorization_request: '/par',
  end_session: '/logout',
} as const;

/** oidc-provider with our store, our pages and our personas. */
export function createProvider(parts: ProviderParts): Provider {
  return new Provider(parts.issuer, configuration(parts));
}

function configuration({ issuer, secrets, records, personas, users }: ProviderParts): Configuration {
  return {
    adapter: (model) => records.adapterFor(model),
    jwks: { keys: [secrets.signingKey] },
    cookies: { keys: [secrets.cookieKey], long: cookie, short: cookie },
    routes,
    scopes: [...scopes],
    claims: claimsOfScope,
    responseTypes: ['code'],
    pkce: { required: () => true },
    clockTolerance: 0,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    extraClientMetadata: { properties: ['persona'], validator: knownPersona(personas) },
    findAccount: async (_ctx, sub) => {
      const user = users.findBySub(sub);
      return user && { accountId: user.sub, claims: async () => claimsOf(user) };
    },
    interactions: { policy: policyWithSeparateGrants(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    // Tokens live and die with their grant, not with the browser's session.
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') &&
      (!personas.ofClient(client).quirks.offline_access_required || source.scopes.has('offline_access')),
    // A client's jwks_uri and backchannel_logout_uri may be on loopback here.
    fetch: (url, init) => fetch(url, withoutDispatcher(init)),
    renderError: renderErrorPage,
    ttl: lifetimes(personas),
    features: features(issuer, personas),
  };
}

/** oidc-provider's dispatcher refuses loopback addresses, which is where a sandbox's clients are. */
function withoutDispatcher(init: RequestInit | undefined): RequestInit {
  const { dispatcher: _, ...rest } = (init ?? {}) as RequestInit & { dispatcher?: unknown };
  return { ...rest, redirect: 'manual' };
}

function knownPersona(personas: Personas) {
  return (_ctx: unknown, _key: string, value: unknown): void => {
    if (value === undefined || (typeof value === 'string' && personas.find(value))) return;
    throw new errors.InvalidClientMetadata('persona must be the id of a persona');
  };
}

const lifetimes = (personas: Personas): Configuration['ttl'] => ({
  AccessToken: (_ctx, _token, client) => personas.ofClient(client).access_token_ttl_seconds,
  ClientCredentials: (_ctx, _token, client) => personas.ofClient(client).access_token_ttl_seconds,
  RefreshToken: (_ctx, _token, client) => personas.ofClient(client).refresh_token_ttl_seconds,
  AuthorizationCode: 60,
  DeviceCode: 600,
  Grant: tenYears,
  IdToken: 3600,
  Interaction: 3600,
  Session: 14 * 86_400,
});

const features = (issuer: string, personas: Personas): Configuration['features'] => ({
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  backchannelLogout: { enabled: true },
  clientCredentials: { enabled: true },
  deviceFlow: { enabled: true, ...devicePages },
  introspection: {
    enabled: true,
    // RFC 7662 §2.1: a resource server asks about tokens of others; a public client has no proof that it is one.
    allowedPolicy: (_ctx, client, token) =>
      client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
  },
  pushedAuthorizationRequests: { enabled: true },
  registration: { enabled: true, initialAccessToken: false },
  registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
  resourceIndicators: {
    enabled: true,
    // A refresh or code exchange that names none of several granted resources is the client's error.
    defaultResource: (_ctx, _client, oneOf) => oneOf ?? apiResource(issuer),
    useGrantedResource: () => true,
    getResourceServerInfo: (_ctx, resource, client) => resourceServer(issuer, personas, resource, client),
  },
  revocation: {
    enabled: true,
    allowedPolicy: (_ctx, client, token) => mayRevoke(personas, client, token),
  },
  rpInitiatedLogout: { enabled: true, ...logoutPages },
});

function mayRevoke(personas: Personas, client: Client, token: { clientId?: string | undefined }): boolean {
  if (!personas.ofClient(client).revocation) {
    throw new errors.UnsupportedTokenType('this persona has no revocation');
  }
  if (personas.ofClient(client).ignores_revocation) return false;
  if (token.clientId === client.clientId) return true;
  if (client.clientAuthMethod === 'none') return false;
  throw new errors.InvalidRequest('the token was issued to another client');
}
