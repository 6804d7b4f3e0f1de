import type { ServerMetadata } from '#oauth';
import { z } from 'zod';
import { parameters, scopeSeparator } from './profile-fields.js';
import { rotationSchema } from './rotation-schema.js';

const url = z.url().max(500);
const names = z.array(z.string().min(1).max(64)).max(40);

/** Parameters that are ours alone: whoever sets them takes over the authorization. */
const reserved = [
  'response_type',
  'response_mode',
  'client_id',
  'client_secret',
  'redirect_uri',
  'state',
  'scope',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request',
  'request_uri',
];

/** An authorization server of the integration's own: by issuer, or by endpoints. */
export const customSettings = z
  .strictObject({
    issuer: url.optional(),
    authorization_endpoint: url.optional(),
    token_endpoint: url.optional(),
    revocation_endpoint: url.optional(),
    introspection_endpoint: url.optional(),
    jwks_uri: url.optional(),
    userinfo_endpoint: url.optional(),
    openid: z.boolean().optional(),
    scope_separator: scopeSeparator.optional(),
    authorization_parameters: parameters.optional(),
    /** True: refuse to begin where the metadata does not list S256. */
    pkce: z.boolean().optional(),
    pkce_off_reason: z.string().min(10).max(300).optional(),
    resource: z.boolean().optional(),
    rotation: rotationSchema.optional(),
    default_lifetime_seconds: z
      .int()
      .min(1)
      .max(400 * 86_400)
      .optional(),
    authorization_response_iss_parameter_supported: z.boolean().optional(),
    code_challenge_methods_supported: names.optional(),
    id_token_signing_alg_values_supported: names.optional(),
  })
  .superRefine((settings, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    for (const field of ['authorization_endpoint', 'token_endpoint'] as const)
      if (settings[field] === undefined && settings.issuer === undefined)
        fault(field, 'is needed where no issuer is given');
    if (settings.openid && settings.issuer === undefined) fault('issuer', 'an OpenID provider has one');
    if (settings.openid && settings.token_endpoint !== undefined && settings.jwks_uri === undefined)
      fault('jwks_uri', 'is needed to verify ID tokens');
    if (settings.pkce === false && settings.pkce_off_reason === undefined)
      fault('pkce_off_reason', 'PKCE is switched off only with a reason');
    for (const name of Object.keys(settings.authorization_parameters ?? {}))
      if (reserved.includes(name)) fault('authorization_parameters', `${name} is not for settings`);
  });

export type CustomSettings = z.output<typeof customSettings>;

export const urlFields = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
] as const;

/** Settings of a custom provider with what its metadata says; what was given by hand stays. */
export function withMetadata(
  settings: Readonly<Record<string, unknown>>,
  metadata: ServerMetadata,
): Record<string, unknown> {
  const { endpoints } = metadata;
  const discovered = {
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    revocation_endpoint: endpoints.revocation,
    introspection_endpoint: endpoints.introspection,
    jwks_uri: endpoints.jwks,
    userinfo_endpoint: endpoints.userinfo,
    openid: endpoints.jwks !== undefined && (metadata.scopes?.includes('openid') ?? false),
    authorization_response_iss_parameter_supported: metadata.issuerInResponse,
    code_challenge_methods_supported: metadata.codeChallengeMethods,
    id_token_signing_alg_values_supported: metadata.idTokenAlgorithms,
  };
  const known = Object.entries(discovered).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), ...settings };
}
