import {
  type AuthorizationRules,
  type FailureVocabulary,
  type RequestFormat,
  type RevocationRules,
  type RotationRules,
  standardTokenRules,
  type TokenFields,
  type TokenRules,
} from '#oauth';
import type { ProviderProfile } from './profile-schema.js';
import type { Rotation } from './rotation-schema.js';

/** How a profile's data read in the words of #oauth. */
export function authorizationRules({ authorization, openid }: ProviderProfile): AuthorizationRules {
  return {
    scopeSeparator: authorization.scope_separator,
    alwaysScopes: authorization.always_scopes,
    prefixedScopes: authorization.prefixed_scopes,
    parameters: authorization.parameters,
    parametersByScope: authorization.parameters_by_scope,
    pkce: authorization.pkce.use,
    openid,
    resourceParameter: authorization.resource,
    rename: authorization.rename,
    capture: authorization.capture,
    expectsRefreshToken: authorization.refresh_token_expected,
  };
}

export function requestFormat({ request, client_authentication }: ProviderProfile): RequestFormat {
  return { ...request, basicEncoding: client_authentication.basic_encoding };
}

export function tokenRules({ tokens, errors }: ProviderProfile): TokenRules {
  const { expires_in } = tokens;
  const { default_seconds } = expires_in;
  return {
    encoding: tokens.encoding,
    success: tokens.success,
    errorCodes: errors.code_at ?? standardTokenRules.errorCodes,
    fields: tokenFields(tokens.fields),
    slots: tokens.slots,
    tokenType: tokens.token_type,
    scopeSeparator: tokens.scope_separator,
    lifetime: {
      form: expires_in.form,
      defaultMs: default_seconds === null ? null : default_seconds * 1000,
      minMs: expires_in.min_seconds * 1000,
      maxMs: expires_in.max_seconds * 1000,
      jwt: expires_in.jwt,
    },
    capture: tokens.capture,
  };
}

function tokenFields(given: ProviderProfile['tokens']['fields']): TokenFields {
  const standard = standardTokenRules.fields;
  return {
    accessToken: given.access_token ?? standard.accessToken,
    refreshToken: given.refresh_token ?? standard.refreshToken,
    tokenType: given.token_type ?? standard.tokenType,
    scope: given.scope ?? standard.scope,
    expiresIn: given.expires_in ?? standard.expiresIn,
    refreshTokenExpiresIn: given.refresh_token_expires_in ?? standard.refreshTokenExpiresIn,
    idToken: given.id_token ?? standard.idToken,
  };
}

export function failureVocabulary({ errors }: ProviderProfile): FailureVocabulary {
  return {
    codeAt: errors.code_at ?? standardTokenRules.errorCodes,
    codes: errors.codes,
    patterns: errors.patterns.map(({ body_includes, ...pattern }) => ({
      ...pattern,
      bodyIncludes: body_includes,
    })),
    reuse: errors.reuse.map(({ code, body_includes }) => ({ code, bodyIncludes: body_includes })),
  };
}

export function rotationRules(rotation: Rotation): RotationRules {
  return {
    mode: rotation.mode,
    graceSeconds: rotation.grace_seconds,
    killsAccessToken: rotation.kills_access_token_on_rotation,
  };
}

export function revocationRules({ revocation }: ProviderProfile): RevocationRules | null {
  if (revocation === null) return null;
  return {
    shape: revocation.shape,
    method: revocation.method,
    tokenIn: revocation.token_in,
    parameter: revocation.parameter,
    authentication: revocation.authentication,
    tokens: revocation.tokens,
    reach: revocation.kills,
    success: revocation.success,
    errorCodes: revocation.error_codes,
    goneCodes: revocation.gone_codes,
    goneStatuses: revocation.gone_statuses,
  };
}
