import type { AuthorizationServer } from '#oauth';
import type { CustomSettings } from './custom-settings.js';
import { isSandboxUrl } from './parse-settings.js';
import type { ProviderProfile } from './profile-schema.js';
import type { ResolvedProvider } from './resolved-provider.js';
import type { Rotation } from './rotation-schema.js';
import {
  authorizationRules,
  failureVocabulary,
  requestFormat,
  revocationRules,
  rotationRules,
  tokenRules,
} from './rules-of-profile.js';
import { asSandbox } from './sandbox-settings.js';
import { fill } from './template.js';

/** Fills a profile with settings that were parsed by it. */
export function resolveProvider(
  profile: ProviderProfile,
  settings: Record<string, unknown>,
  sandboxOrigin: string | undefined,
): ResolvedProvider {
  const resolved = profile.server === 'integration' ? fromIntegration : fromTemplates;
  return resolved(profile, settings, sandboxOrigin);
}

function fromTemplates(
  profile: ProviderProfile,
  settings: Record<string, unknown>,
  sandboxOrigin: string | undefined,
): ResolvedProvider {
  const { rotation, ...fields } = settings as Record<string, string> & { rotation?: Rotation };
  const values = profile.server === 'sandbox' ? { origin: sandboxOrigin } : fields;
  const endpoints = Object.entries(profile.endpoints).map(([name, template]) => [
    name,
    fill(template, values),
  ]);
  const server: AuthorizationServer = {
    issuer: issuerOf(profile, values),
    endpoints: Object.fromEntries(endpoints) as AuthorizationServer['endpoints'],
    issuerInResponse: profile.issuer_in_response,
    // A profile that demands PKCE vouches for it.
    codeChallengeMethods: profile.authorization.pkce.use === 'demanded' ? ['S256'] : undefined,
    idTokenAlgorithms: profile.id_token_algorithms,
    allowHttp: profile.server === 'sandbox',
  };
  const resolved = { ...fromProfile(profile), server, rotation: rotationRules(rotation ?? profile.rotation) };
  return profile.server === 'sandbox' ? asSandbox(resolved, settings, sandboxOrigin) : resolved;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A tenant known by its id has one issuer; one known by name, or several, are told by the ID token's `tid`. */
function issuerOf(
  { issuer, issuer_pinned_by }: ProviderProfile,
  values: Record<string, string | undefined>,
): string | undefined {
  if (issuer === null) return undefined;
  const pin = issuer_pinned_by === undefined ? undefined : values[issuer_pinned_by];
  return fill(issuer, pin !== undefined && guid.test(pin) ? { ...values, tenantid: pin } : values);
}

function fromIntegration(
  profile: ProviderProfile,
  given: Record<string, unknown>,
  sandboxOrigin: string | undefined,
): ResolvedProvider {
  const settings = given as CustomSettings;
  const resolved = fromProfile(profile);
  const { issuer, token_endpoint, authorization_parameters, default_lifetime_seconds } = settings;
  const { authorization, tokens } = resolved;
  const discover = issuer !== undefined && (token_endpoint ?? settings.authorization_endpoint) === undefined;
  return {
    ...resolved,
    server: customServer(settings, sandboxOrigin),
    needsDiscovery: discover ? { issuer } : undefined,
    authorization: {
      ...authorization,
      scopeSeparator: settings.scope_separator ?? authorization.scopeSeparator,
      parameters: authorization_parameters ?? authorization.parameters,
      pkce: settings.pkce === undefined ? authorization.pkce : settings.pkce ? 'demanded' : 'off',
      openid: settings.openid ?? false,
      resourceParameter: settings.resource ?? authorization.resourceParameter,
    },
    tokens: {
      ...tokens,
      scopeSeparator: settings.scope_separator ?? tokens.scopeSeparator,
      lifetime: {
        ...tokens.lifetime,
        defaultMs:
          default_lifetime_seconds === undefined
            ? tokens.lifetime.defaultMs
            : default_lifetime_seconds * 1000,
      },
    },
    rotation: rotationRules(settings.rotation ?? profile.rotation),
    revocation: settings.revocation_endpoint === undefined ? null : resolved.revocation,
    introspection: settings.introspection_endpoint !== undefined,
  };
}

function customServer(settings: CustomSettings, sandboxOrigin: string | undefined): AuthorizationServer {
  const { issuer, token_endpoint } = settings;
  return {
    issuer,
    endpoints: {
      authorization: settings.authorization_endpoint,
      token: token_endpoint,
      revocation: settings.revocation_endpoint,
      introspection: settings.introspection_endpoint,
      jwks: settings.jwks_uri,
      userinfo: settings.userinfo_endpoint,
    },
    issuerInResponse: settings.authorization_response_iss_parameter_supported ?? false,
    codeChallengeMethods: settings.code_challenge_methods_supported,
    idTokenAlgorithms: settings.id_token_signing_alg_values_supported ?? ['RS256'],
    allowHttp: isSandboxUrl(token_endpoint ?? issuer ?? '', sandboxOrigin),
  };
}

function fromProfile(profile: ProviderProfile): ResolvedProvider {
  const { refresh_token, limits } = profile;
  const { absolute_seconds, idle_seconds, extends_on_use } = refresh_token;
  const inMs = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
  return {
    id: profile.id,
    name: profile.name,
    server: { endpoints: {}, issuerInResponse: false, idTokenAlgorithms: [], allowHttp: false },
    clientAuthMethods: profile.client_authentication.methods,
    format: requestFormat(profile),
    authorization: authorizationRules(profile),
    tokens: tokenRules(profile),
    failures: failureVocabulary(profile),
    rotation: rotationRules(profile.rotation),
    refreshTokenLife: {
      absoluteMs: inMs(absolute_seconds),
      idleMs: inMs(idle_seconds),
      extendsOnUse: extends_on_use,
    },
    revocation: revocationRules(profile),
    introspection: profile.endpoints.introspection !== undefined,
    limits: { concurrency: limits.concurrency, requestsPerSecond: limits.requests_per_second },
  };
}
